import type { Alive, Limits, Message, Overview, Patch, Snapshot } from './messages';

/** What the page knows: the server's overview, and what is needed to read it. */
export interface View {
  overview: Overview;
  limits: Limits;
  reasons: Record<string, string>;
  /** Seconds, as the server last said. */
  uptime: number;
  quiet: number;
}

/** Whether a message is the next one for this view; if not, something was missed. */
export function follows(view: View | null, message: Message): boolean {
  switch (message.type) {
    case 'snapshot':
    case 'resync':
      return true;
    case 'alive':
      return view?.overview.seq === message.seq;
    default:
      return view?.overview.seq === message.after;
  }
}

/** The view after one more message: the same fold as the server's, told in patches. Pure. */
export function evolve(view: View | null, message: Message): View | null {
  switch (message.type) {
    case 'snapshot':
      return begun(view, message);
    case 'resync':
      return view;
    case 'alive':
      return view && alive(view, message);
    default:
      return view && { ...view, overview: patched(view.overview, view.limits, message) };
  }
}

function begun(view: View | null, message: Snapshot): View {
  const { overview, limits, reasons } = message;
  return { overview, limits, reasons, uptime: view?.uptime ?? 0, quiet: 0 };
}

function alive(view: View, message: Alive): View {
  return { ...view, uptime: message.uptime, quiet: message.quiet };
}

function patched(known: Overview, limits: Limits, patch: Patch): Overview {
  const { type: _, after: __, ...sections } = patch;
  return {
    ...known,
    ...sections,
    accuracy: keyed(known.accuracy, patch.accuracy),
    verdicts: keyed(known.verdicts, patch.verdicts),
    candles: grownByCoin(known.candles, patch.candles, limits.candles),
    bands: merged(known.bands, patch.bands, (band) => band.at, limits.bands),
    log: merged(known.log, patch.log, (entry) => entry.seq, limits.log),
    refusals: merged(known.refusals, patch.refusals, (entry) => entry.seq, limits.refusals),
    equity: merged(known.equity, patch.equity, (point) => point[0], limits.equity),
  };
}

type Table<T> = Record<string, T>;

function keyed<T>(known: Table<T>, news: Table<T> | undefined): Table<T> {
  return news ? { ...known, ...news } : known;
}

function grownByCoin<T>(
  known: Table<T[]>,
  news: Table<T[]> | undefined,
  limit: number,
): Table<T[]> {
  if (!news) return known;
  const grown = { ...known };
  for (const [coin, rows] of Object.entries(news)) {
    grown[coin] = [...(known[coin] ?? []), ...rows].slice(-limit);
  }
  return grown;
}

/** Rows with a known key are rewritten where they stand, the others come behind. */
function merged<T>(known: T[], news: T[] | undefined, key: (row: T) => number, limit: number): T[] {
  if (!news || news.length === 0) return known;
  const fresh = new Map(news.map((row) => [key(row), row]));
  const rows = known.map((row) => {
    const rewritten = fresh.get(key(row));
    fresh.delete(key(row));
    return rewritten ?? row;
  });
  return [...rows, ...fresh.values()].slice(-limit);
}
