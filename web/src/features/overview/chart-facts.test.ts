import { expect, it } from 'vitest';
import type { Band, Candle, Entry } from '@/shared/live/messages';
import { firstBarFrom, marks, spans } from './chart-facts';

const CANDLES = [0, 3600, 7200, 10_800].map((time): Candle => [time, 1, 1, 1, 1]);

function band(seconds: number, phase: Band['phase']): Band {
  return { at: seconds * 1e6, phase, confidence: 0.8 };
}

it('finds the bar that opens at a moment, or the next', () => {
  expect(firstBarFrom(CANDLES, 3600)).toBe(1);
  expect(firstBarFrom(CANDLES, 3601)).toBe(2);
  expect(firstBarFrom(CANDLES, 99_999)).toBe(4);
});

it('ends a band where the next begins and leaves the last open', () => {
  const found = spans([band(-100, 'bear'), band(3600, 'bull'), band(10_800, 'volatile')], CANDLES);
  expect(found.map(({ from, to }) => [from, to])).toEqual([
    [0, 1],
    [1, 3],
    [3, 1004],
  ]);
});

it('leaves out bands that ended before the first bar', () => {
  expect(spans([band(-200, 'bear'), band(-100, 'bull')], CANDLES)).toHaveLength(1);
});

it('puts a mark on the bar whose close the adaptation followed', () => {
  const at = (seconds: number) => ({ at: seconds * 1e6, seq: 7, status: 'applied' }) as Entry;
  expect(marks([at(7200)], CANDLES)).toEqual([{ time: 3600, text: '#7', undone: false }]);
  expect(marks([at(-5)], CANDLES)).toEqual([]);
});
