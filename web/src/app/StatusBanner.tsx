import type { ReactNode } from 'react';
import { clock, fullMoment, stamp } from '@/shared/format/time';
import { useLive, useOverview } from '@/shared/live/store';
import styles from './StatusBanner.module.css';

/** What needs attention, most urgent first; nothing where all is well. */
export function StatusBanner() {
  return (
    <div className={styles.slot}>
      <LinkNotice />
      <BotNotice />
      <FeedNotices />
    </div>
  );
}

function Notice({ kind, children }: { kind: 'warn' | 'bad'; children: ReactNode }) {
  return (
    <p
      className={styles.notice}
      data-notice
      data-kind={kind}
      role={kind === 'bad' ? 'alert' : 'status'}
    >
      {children}
    </p>
  );
}

function LinkNotice() {
  const link = useLive((told) => told.link);
  const at = useOverview((overview) => overview.at);
  const asOf = at ? ` Numbers are as of ${stamp(at)}:${clock(at).slice(6)} UTC.` : '';
  if (link === 'offline') {
    return (
      <Notice kind="bad">
        <b>Offline.</b> The server does not answer; trying again.{asOf} Pause and Stop still try to
        get through.
      </Notice>
    );
  }
  if (link === 'stale') {
    return (
      <Notice kind="warn">
        <b>Stale.</b> Nothing was heard for more than three seconds.{asOf}
      </Notice>
    );
  }
  return null;
}

function BotNotice() {
  const bot = useOverview((overview) => overview.bot);
  const told = useLive((line) => line.view !== null);
  if (!bot && told) {
    return (
      <Notice kind="warn">
        <b>No bot has started yet.</b> The server answers and waits for the engine's first fact.
      </Notice>
    );
  }
  if (!bot || bot.status === 'running') return null;
  return (
    <Notice kind={bot.status === 'stopped' ? 'bad' : 'warn'}>
      <b>{bot.status === 'stopped' ? 'Stopped' : 'Paused'}</b> by {bot.status_by}:{' '}
      {bot.status_because}{' '}
      <span className="dim" title={fullMoment(bot.status_since)}>
        since {stamp(bot.status_since)}
      </span>
    </Notice>
  );
}

/** A topic that is silent is only not traded; without the market nothing is known. */
function consequence(feed: string): string {
  return feed.startsWith('forecasts/')
    ? 'Nothing is opened on its forecasts until it is back.'
    : 'What depends on it is old; the phase is unknown until it is back.';
}

function FeedNotices() {
  const feeds = useOverview((overview) => overview.feeds_lost) ?? {};
  return Object.entries(feeds).map(([feed, reason]) => (
    <Notice key={feed} kind="warn">
      <b>{feed} is silent:</b> {reason}. {consequence(feed)}
    </Notice>
  ));
}
