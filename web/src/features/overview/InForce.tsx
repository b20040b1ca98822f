import { leverage } from '@/shared/format/numbers';
import type { InForce as Settings } from '@/shared/live/messages';
import { Chip } from '@/shared/ui/Chip';
import { Empty } from '@/shared/ui/Empty';
import styles from './tables.module.css';

/** What adaptations have made of the configuration: each topic's coins, each coin's leverage. */
export function InForce({ settings }: { settings: Settings | null }) {
  const topics = Object.entries(settings?.mix ?? {}).filter(([, coins]) => coins.length > 0);
  if (!settings || topics.length === 0) {
    return <Empty cause="No coin is traded" next="No topic is in the mix for this context." />;
  }
  return (
    <ul className={styles.groups}>
      {topics.map(([topic, coins]) => (
        <li key={topic} className={styles.topic}>
          <b>{topic}</b>
          {coins.map((coin) => (
            <Chip key={coin}>
              {coin} {leverage(settings.coin_leverage[coin] ?? settings.leverage)}
            </Chip>
          ))}
        </li>
      ))}
    </ul>
  );
}
