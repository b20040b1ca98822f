import type { Entry } from './messages';

export type LogFilter = 'all' | 'changes' | 'refused';

/** Log rows of one kind, newest first. */
export function history(log: Entry[], refusals: Entry[], filter: LogFilter): Entry[] {
  const rows = filter === 'changes' ? log : filter === 'refused' ? refusals : [...log, ...refusals];
  return [...rows].sort((a, b) => b.at - a.at || b.seq - a.seq);
}

/** Adaptations that were put in force, for the marks on the chart. */
export function inForce(log: Entry[]): Entry[] {
  return log.filter((entry) => entry.type === 'adaptation_applied');
}

/** Tags and names of rules as a person says them. */
export function spoken(tag: string): string {
  return tag.replaceAll('_', ' ');
}
