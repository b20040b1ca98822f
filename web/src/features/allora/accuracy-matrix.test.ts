import { describe, expect, it } from 'vitest';
import { matrix, places, strength } from './accuracy-matrix';

const KEY = 'pooled-8h|bull|low';

function only(hits: number, n: number, probability: number | null) {
  const cell = matrix({ [KEY]: { hits, n, probability } }, 0.75)[0]?.cells[0];
  if (!cell) throw new Error('a topic has cells');
  return cell;
}

describe('a cell', () => {
  it('under thirty forecasts shows no share and is never picked', () => {
    expect(only(29, 29, 0.99)).toMatchObject({ share: null, picked: false, enough: false });
  });

  it('is picked by the probability of an edge, not by its share', () => {
    expect(only(90, 100, 0.75).picked).toBe(false);
    expect(only(51, 100, 0.7501).picked).toBe(true);
  });

  it('floors its share', () => {
    expect(only(746, 1000, null).share).toBe(74);
  });
});

describe('the matrix', () => {
  it('has four phases by three regimes, and uncertain only where something fell into it', () => {
    expect(places({})).toHaveLength(12);
    expect(places({ 't|uncertain|low': { hits: 0, n: 1, probability: null } })).toHaveLength(15);
  });

  it('lists topics by name and leaves empty cells empty', () => {
    const cell = { hits: 1, n: 2, probability: null };
    const rows = matrix({ 'b|bull|low': cell, 'a|bear|high': cell }, null);
    expect(rows.map((row) => row.topic)).toEqual(['a', 'b']);
    expect(rows[0]?.cells[0]).toMatchObject({ n: 0, share: null, probability: null });
  });

  it('colours right and wrong apart', () => {
    expect(strength(65)).toBe(1);
    expect(strength(50)).toBe(0);
    expect(strength(35)).toBe(-1);
    expect(strength(null)).toBe(0);
  });
});
