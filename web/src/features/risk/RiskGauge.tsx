import { riskWord } from '@/shared/live/context-monitor';
import styles from './RiskIndicators.module.css';

const RADIUS = 84;
const ZONES = [
  { from: 0, to: 40, colour: 'var(--up)' },
  { from: 40, to: 70, colour: 'var(--warn)' },
  { from: 70, to: 100, colour: 'var(--down)' },
];

/** A level of 0 to 100 as an angle: 180 degrees is calm, 0 is alarm. */
function point(level: number): string {
  const angle = Math.PI * (1 - level / 100);
  return `${100 + RADIUS * Math.cos(angle)} ${100 - RADIUS * Math.sin(angle)}`;
}

function arc(from: number, to: number): string {
  return `M ${point(from)} A ${RADIUS} ${RADIUS} 0 0 1 ${point(to)}`;
}

/** The risk level of the market, 0 to 100 and a word. */
export function RiskGauge({ level }: { level: number }) {
  const shown = Math.min(100, Math.max(0, level));
  return (
    <figure
      aria-label={`Risk level ${Math.round(shown)} of 100, ${riskWord(shown)}`}
      style={{ margin: 0 }}
    >
      <svg className={styles.gauge} viewBox="0 0 200 112" aria-hidden="true">
        {ZONES.map(({ from, to, colour }) => (
          <g key={from} fill="none" stroke={colour} strokeWidth="13">
            <path d={arc(from + 0.8, to - 0.8)} opacity="0.28" />
            {shown > from + 0.8 && <path d={arc(from + 0.8, Math.min(shown, to - 0.8))} />}
          </g>
        ))}
        <g className={styles.needle} style={{ transform: `rotate(${shown * 1.8 - 90}deg)` }}>
          <path d="M100 104 L100 32" stroke="var(--text)" strokeWidth="3" strokeLinecap="round" />
        </g>
        <circle cx="100" cy="100" r="6" fill="var(--text)" />
      </svg>
      <figcaption className={styles.reading} aria-hidden="true">
        <span className={styles.level}>{Math.round(shown)}</span>{' '}
        <span className="dim">/ 100 · {riskWord(shown)}</span>
      </figcaption>
    </figure>
  );
}
