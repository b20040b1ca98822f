import type { Link } from '@/shared/live/link';
import { useLive, useView } from '@/shared/live/store';
import styles from './LinkBadge.module.css';

const WORDS: Record<Link, string> = {
  connecting: 'Connecting',
  live: 'Live',
  stale: 'Stale',
  offline: 'Offline',
};

/** The line between this page and the server; the bot may well trade while it is down. */
export function LinkBadge() {
  const link = useLive((told) => told.link);
  const seq = useView((view) => view.overview.seq);
  return (
    <span
      className={styles.badge}
      data-link={link}
      title="Line from this page to its server, and the last fact shown. The bot's own state is another matter."
    >
      <span className={styles.dot} aria-hidden="true" />
      <span role="status">{WORDS[link]}</span>
      {seq !== null && <span className={styles.seq}>#{seq}</span>}
    </span>
  );
}
