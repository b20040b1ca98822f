import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evolve, follows, type View } from './event-processor';
import type { Entry, Message, Overview, Patch, Snapshot } from './messages';

const NOTHING = { trades: 0, wins: 0, gross: 0, fees: 0, funding: 0, net: 0 };

const EMPTY: Overview = {
  seq: 10,
  at: 0,
  bot: null,
  context: null,
  feeds_lost: {},
  in_force: null,
  success: { counted: { attempts: 0, failures: [] }, rate: null },
  candles: { BTC: [[1, 1, 1, 1, 1]] },
  bands: [],
  log: [],
  refusals: [],
  accuracy: { a: { hits: 1, n: 2, probability: null } },
  verdicts: {},
  orders: {},
  positions: {},
  account: null,
  books: {},
  equity: [],
  performance: {
    twin: { start: null, marks: [], windows: [] },
    profit: { phase: 'unknown', open: {}, total: NOTHING, by_coin: {}, by_phase: {} },
    rules: { open: {}, by_rule: {} },
  },
};

const SNAPSHOT: Snapshot = {
  type: 'snapshot',
  seq: 10,
  overview: EMPTY,
  limits: { candles: 3, bands: 3, log: 3, refusals: 3, equity: 3 },
  reasons: {},
};

function begun(): View {
  const view = evolve(null, SNAPSHOT);
  if (!view) throw new Error('a snapshot begins a view');
  return view;
}

function patch(sections: Partial<Patch>): Patch {
  return { type: 'bars_closed', seq: 11, after: 10, at: 5, ...sections };
}

function overviewAfter(...messages: Message[]): Overview | undefined {
  return messages.reduce(evolve, begun() as View | null)?.overview;
}

function entry(seq: number, status = 'applied'): Entry {
  const none = {
    rule: null,
    adaptation: null,
    confidence: null,
    expected: null,
    measured: null,
    outcome: null,
  };
  const lists = { scope: [], changes: [], evidence: {}, times: 1 };
  return { seq, at: seq, type: 't', status, title: '', because: '', ...none, ...lists };
}

describe('a patch', () => {
  it('leaves what it does not name as it is', () => {
    const after = overviewAfter(patch({ feeds_lost: { allora: 'silent' } }));
    expect(after).toEqual({ ...EMPTY, seq: 11, at: 5, feeds_lost: { allora: 'silent' } });
  });

  it('never changes the view it is put on', () => {
    const before = structuredClone(begun());
    const view = begun();
    evolve(view, patch({ candles: { BTC: [[2, 1, 1, 1, 1]] }, log: [entry(1)] }));
    expect(view).toEqual(before);
  });

  it('takes over the keys it names in a table', () => {
    const cell = { hits: 2, n: 3, probability: 0.8 };
    expect(overviewAfter(patch({ accuracy: { b: cell } }))?.accuracy).toEqual({
      ...EMPTY.accuracy,
      b: cell,
    });
  });

  it('adds candles and keeps only the latest', () => {
    const rows: [number, number, number, number, number][] = [2, 3, 4].map((t) => [t, 1, 1, 1, 1]);
    const after = overviewAfter(patch({ candles: { BTC: rows } }));
    expect(after?.candles.BTC?.map((row) => row[0])).toEqual([2, 3, 4]);
  });

  it('rewrites a known row where it stands and puts new ones behind', () => {
    const after = overviewAfter(
      patch({ log: [entry(1), entry(2)] }),
      patch({ log: [entry(1, 'rolled back'), entry(3)] }),
    );
    expect(after?.log.map((row) => [row.seq, row.status])).toEqual([
      [1, 'rolled back'],
      [2, 'applied'],
      [3, 'applied'],
    ]);
  });

  it('may empty what is replaced as a whole', () => {
    const account = { cash: 1, equity: 1, marked: 1, peak: 1 };
    expect(overviewAfter(patch({ account }), patch({ account: null }))?.account).toBeNull();
  });
});

describe('the order of messages', () => {
  it('accepts a patch that begins where the view ends, and no other', () => {
    expect(follows(begun(), patch({ after: 10 }))).toBe(true);
    expect(follows(begun(), patch({ after: 11 }))).toBe(false);
    expect(follows(null, patch({ after: 0 }))).toBe(false);
  });

  it('finds by the heartbeat that something was missed', () => {
    const beat = { type: 'alive', uptime: 1, quiet: 0 } as const;
    expect(follows(begun(), { ...beat, seq: 10 })).toBe(true);
    expect(follows(begun(), { ...beat, seq: 12 })).toBe(false);
  });

  it('begins anew with a snapshot, whatever was known', () => {
    const view = evolve(begun(), patch({ log: [entry(1)] }));
    expect(evolve(view, SNAPSHOT)?.overview).toEqual(EMPTY);
  });
});

// Written by the tests of the server, which give the path: its messages and where they must lead.
const told = process.env.TRIMTAB_TOLD;

describe.skipIf(!told)('the server and the page', () => {
  it('fold the same facts to the same overview', () => {
    const lines = readFileSync(told ?? '', 'utf8')
      .trim()
      .split('\n');
    const messages = lines.slice(0, -1).map((line) => JSON.parse(line) as Message);
    let view: View | null = null;
    for (const message of messages) {
      expect(follows(view, message)).toBe(true);
      view = evolve(view, message);
    }
    expect(view?.overview).toEqual(JSON.parse(lines.at(-1) ?? ''));
  });
});
