import { type ReactNode, useId } from 'react';
import { useFrozen } from '@/shared/live/store';
import styles from './Panel.module.css';
import { Scroller } from './Scroller';

interface Props {
  title: string;
  about?: ReactNode;
  aside?: ReactNode;
  children: ReactNode;
  /** The body scrolls in itself. */
  scrolls?: boolean;
}

/** One framed part of a page. Its numbers are dimmed while they are not of now. */
export function Panel({ title, about, aside, children, scrolls = false }: Props) {
  const id = useId();
  const frozen = useFrozen();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 className={styles.title} id={id}>
          {title}
        </h2>
        {about && <p className={styles.about}>{about}</p>}
        {aside && <div className={styles.aside}>{aside}</div>}
      </header>
      <div className={styles.body} data-frozen={frozen || undefined}>
        {scrolls ? (
          <Scroller label={title} className={styles.scroller}>
            {children}
          </Scroller>
        ) : (
          children
        )}
      </div>
    </section>
  );
}
