import { basisPoints, ratio } from '@/shared/format/numbers';
import { fullMoment, stamp } from '@/shared/format/time';
import { spoken } from '@/shared/live/adaptation-tracker';
import type { Effect, Entry } from '@/shared/live/messages';
import { Chip, StatusBadge } from '@/shared/ui/Chip';
import styles from './AdaptationLog.module.css';

/** One row of the log: why, what, how sure, and what became of it. */
export function AdaptationCard({ entry }: { entry: Entry }) {
  return (
    <article className={styles.card} aria-label={`${spoken(entry.title)}, ${entry.status}`}>
      <h3 className={styles.head}>
        <time className="dim" title={fullMoment(entry.at)}>
          {stamp(entry.at)}
        </time>
        <span className={styles.number}>#{entry.seq}</span>
        <StatusBadge status={entry.status} />
      </h3>
      <p className={styles.because}>{entry.because}</p>
      {entry.outcome && <p className={styles.outcome}>{entry.outcome}</p>}
      {entry.changes.length > 0 && (
        <div className={styles.changes} data-undone={undone(entry) || undefined}>
          {entry.changes.map((change) => (
            <Chip key={change}>{change}</Chip>
          ))}
        </div>
      )}
      <div className={styles.foot} title={evidence(entry)}>
        <span>
          {heading(entry)}
          {entry.times > 1 && `, ${entry.times} times in a row`}
        </span>
        <Sureness entry={entry} />
      </div>
    </article>
  );
}

/** Whether what the chips say no longer holds. */
function undone(entry: Entry): boolean {
  return entry.status === 'rolled back' || entry.status === 'failed';
}

function heading(entry: Entry): string {
  const rule = entry.rule ? ` → ${spoken(entry.rule)}` : '';
  return `${spoken(entry.title)}${rule}`;
}

function Sureness({ entry }: { entry: Entry }) {
  if (entry.measured) return <span>measured {interval(entry.measured)}</span>;
  if (entry.confidence === null) return null;
  return (
    <span className={styles.sure}>
      conf {ratio(entry.confidence)}
      {entry.expected && ` · expects ${interval(entry.expected)}`}
    </span>
  );
}

function interval(effect: Effect): string {
  return `${basisPoints(effect.net_edge)} a bar`;
}

function evidence(entry: Entry): string {
  const { expected } = entry;
  const effect = expected
    ? [`expected ${basisPoints(expected.low)} to ${basisPoints(expected.high)} a bar (90 %)`]
    : [];
  const found = Object.entries(entry.evidence).map(
    ([name, value]) => `${spoken(name)} ${Number(value.toPrecision(3))}`,
  );
  return [...effect, ...found].join(', ');
}
