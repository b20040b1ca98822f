import { profit, usd } from '@/shared/format/numbers';
import { duration, fullMoment, stamp } from '@/shared/format/time';
import { useOverview, useView } from '@/shared/live/store';
import { Figure } from '@/shared/ui/Figure';
import { AppearanceMenu } from './AppearanceMenu';
import styles from './GlobalBar.module.css';
import { LinkBadge } from './LinkBadge';
import { Logo } from './Logo';
import { ModePill } from './ModePill';
import { PauseButton } from './PauseButton';
import { StopButton } from './StopButton';

export function GlobalBar() {
  return (
    <header className={styles.bar}>
      <div className={styles.brand}>
        <Logo />
        <h1 className={styles.name}>trimtab</h1>
        <ModePill />
      </div>
      <Figures />
      <div className={styles.actions}>
        <LinkBadge />
        <AppearanceMenu />
        <PauseButton />
        <StopButton />
      </div>
    </header>
  );
}

function Figures() {
  const account = useOverview((overview) => overview.account);
  const at = useOverview((overview) => overview.at) ?? 0;
  const uptime = useView((view) => view.uptime);
  const today = account ? account.equity - account.marked : null;
  return (
    <dl className={styles.figures}>
      <Figure
        label="Equity (managed)"
        value={usd(account?.equity)}
        about={`Cash ${usd(account?.cash)} and the value of open positions at the last close`}
      />
      <Figure
        label="PnL today"
        value={profit(today)}
        trend={today}
        about={`Against ${usd(account?.marked)}, the equity at the last mark (open of the UTC day)`}
      />
      <Figure
        label="Market time, UTC"
        value={stamp(at)}
        about={at ? `Moment of the last fact: ${fullMoment(at)}` : 'No fact has come yet'}
        secondary
      />
      <Figure
        label="Up"
        value={uptime === null ? '–' : duration(uptime)}
        about="Time since this server started"
        secondary
      />
    </dl>
  );
}
