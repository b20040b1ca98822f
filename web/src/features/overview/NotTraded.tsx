import { basisPoints, probability } from '@/shared/format/numbers';
import type { Weighed } from '@/shared/live/messages';
import { useView } from '@/shared/live/store';
import { Empty } from '@/shared/ui/Empty';
import { notTraded, type ReasonGroup, type Refused } from './not-traded';
import styles from './tables.module.css';

/** For every latest forecast that was not traded: what stood in the way. */
export function NotTraded({ verdicts }: { verdicts: Record<string, Weighed> }) {
  const reasons = useView((view) => view.reasons) ?? {};
  const groups = notTraded(verdicts);
  if (groups.length === 0) {
    return <Empty cause="Nothing to explain" next="Forecasts that are not traded appear here." />;
  }
  return (
    <ul className={styles.groups}>
      {groups.map((group, index) => (
        <Group
          key={group.code}
          group={group}
          words={reasons[String(group.code)] ?? 'unknown'}
          opened={index === 0}
        />
      ))}
    </ul>
  );
}

interface GroupProps {
  group: ReasonGroup;
  words: string;
  opened: boolean;
}

function Group({ group, words, opened }: GroupProps) {
  return (
    <li>
      <details open={opened}>
        <summary>
          <b>{group.forecasts.length}</b> × {words}
        </summary>
        <ul className={styles.forecasts}>
          {group.forecasts.map((forecast) => (
            <li key={`${forecast.topic}${forecast.coin}`}>{told(forecast)}</li>
          ))}
        </ul>
      </details>
    </li>
  );
}

function told({ topic, coin, probability: chance, net_edge }: Refused): string {
  return `${coin} (${topic}) P ${probability(chance)}, ${basisPoints(net_edge)}`;
}
