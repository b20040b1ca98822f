/** The state of the line between page and server; the bot's own state is another matter. */
export type Link = 'connecting' | 'live' | 'stale' | 'offline';

/** Milliseconds without any message after which numbers count as old. The server speaks once a second. */
export const STALE_AFTER = 3_000;

/** Milliseconds to wait before the next attempt to connect; never longer than two seconds. */
export function patience(attempt: number, chance: number): number {
  return Math.min(2_000, 150 * 2 ** attempt) * (0.75 + 0.5 * chance);
}
