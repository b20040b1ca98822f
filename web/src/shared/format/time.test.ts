import { expect, it } from 'vitest';
import { clock, duration, stamp } from './time';

const MOMENT = Date.UTC(2024, 5, 7, 10, 8, 52) * 1000;

it('tells moments in UTC', () => {
  expect(clock(MOMENT)).toBe('10:08:52');
  expect(stamp(MOMENT)).toBe('7 Jun 10:08');
  expect(stamp(0)).toBe('–');
});

it.each([
  [42, '42 s'],
  [125, '2 min'],
  [3_600, '1 h'],
  [29_100, '8 h 5 min'],
  [14 * 86_400 + 3_700, '14 d 1 h'],
  [-3, '0 s'],
])('%s seconds last %s', (seconds, text) => expect(duration(seconds)).toBe(text));
