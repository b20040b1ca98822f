import styles from './Figure.module.css';

interface Props {
  label: string;
  value: string;
  about: string;
  /** Colours the value and puts an arrow before it. */
  trend?: number | null;
  /** Left out where there is no room. */
  secondary?: boolean;
}

/** A labelled figure; the tooltip says what it is and where it comes from. */
export function Figure({ label, value, about, trend, secondary }: Props) {
  return (
    <div className={styles.figure} title={about} data-secondary={secondary || undefined}>
      <dt className={styles.label}>{label}</dt>
      <dd className={styles.value}>
        <Trend value={trend} />
        <span className={tone(trend)}>{value}</span>
      </dd>
    </div>
  );
}

/** An arrow that says what the colour says. */
export function Trend({ value }: { value: number | null | undefined }) {
  if (!value) return null;
  return (
    <span className={tone(value)} aria-hidden="true">
      {value > 0 ? '▲ ' : '▼ '}
    </span>
  );
}

export function tone(value: number | null | undefined): string {
  if (!value) return '';
  return value > 0 ? 'up' : 'down';
}
