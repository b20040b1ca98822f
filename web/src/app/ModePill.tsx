import type { Bot } from '@/shared/live/messages';
import { useOverview } from '@/shared/live/store';
import styles from './ModePill.module.css';

const STAGES: Record<Bot['stage'], string> = {
  shadow: 'Decides and records, changes nothing',
  limited: 'Only changes that lower risk or touch one coin',
  full: 'Every change that safety allows',
};

const MODES: Record<Bot['mode'], string> = {
  demo: 'A market for show: nothing here is real money',
  paper: 'Real markets, orders filled by a model: no real money',
  testnet: 'The test venue: no real money',
  live: 'Real money',
  backtest: 'Recorded markets',
};

/** How real this is, and how far adaptations may go. */
export function ModePill() {
  const bot = useOverview((overview) => overview.bot);
  if (!bot) return null;
  return (
    <>
      <span className={styles.pill} data-mode={bot.mode} title={MODES[bot.mode]}>
        {bot.mode}
      </span>
      <span className={styles.pill} data-stage={bot.stage} title={STAGES[bot.stage]}>
        {bot.stage}
      </span>
    </>
  );
}
