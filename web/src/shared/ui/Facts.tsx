import styles from './Facts.module.css';

/** Name, value, and what it is. */
export type Fact = readonly [name: string, value: string, about: string];

/** Short facts, one a line. */
export function Facts({ rows }: { rows: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {rows.map(([name, value, about]) => (
        <div key={name} className={styles.row} title={about}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
