import { describe, expect, it } from 'vitest';
import * as numbers from './numbers';

describe('money', () => {
  it.each([
    [1234.56, '$1,234.56'],
    [-3.2, '\u2212$3.20'],
    [0, '$0.00'],
    [null, '–'],
    [Number.NaN, '–'],
  ])('of %s is %s', (value, text) => expect(numbers.usd(value)).toBe(text));

  it.each([
    [155.57, '+$155.57'],
    [-0.004, '$0.00'],
    [-12, '\u2212$12.00'],
  ])('as profit %s carries its sign: %s', (value, text) =>
    expect(numbers.profit(value)).toBe(text),
  );
});

describe('shares', () => {
  it.each([
    [58, 100, 58],
    [746, 1000, 74],
    [3, 4, 75],
    [0, 9, 0],
    [0, 0, null],
  ])('%s of %s is floored to %s', (hits, n, share) =>
    expect(numbers.flooredShare(hits, n)).toBe(share),
  );

  it('floors a probability, so that none looks picked that is not', () => {
    expect(numbers.probability(0.7499)).toBe('0.74');
    expect(numbers.probability(0.29)).toBe('0.29');
    expect(numbers.probability(1)).toBe('1.00');
  });

  it('writes fractions as percent', () => {
    expect(numbers.ratio(0.784)).toBe('78 %');
    expect(numbers.change(-0.0342)).toBe('\u22123.4 %');
    expect(numbers.change(0.0001)).toBe('0.0 %');
  });
});

describe('prices', () => {
  it.each([
    [67231.4, '67,231'],
    [3321.86, '3,321.9'],
    [9.9859, '9.9859'],
    [0.12359, '0.12359'],
    [0.0012359, '0.0012359'],
  ])('%s has five significant digits: %s', (value, text) =>
    expect(numbers.price(value)).toBe(text),
  );
});

it('writes basis points, leverage and sizes', () => {
  expect(numbers.basisPoints(4.24)).toBe('+4.2 bp');
  expect(numbers.leverage(3)).toBe('3.0x');
  expect(numbers.size(-0.0271, 3)).toBe('0.027');
  expect(numbers.leverage(undefined)).toBe(numbers.MISSING);
});
