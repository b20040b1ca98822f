import styles from './DemoMark.module.css';

/** A watermark over everything: nobody may take these figures for real ones. */
export function DemoMark() {
  return (
    <div className={styles.mark} aria-hidden="true">
      DEMO
    </div>
  );
}
