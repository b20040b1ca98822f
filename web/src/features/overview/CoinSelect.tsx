import styles from './PricePanel.module.css';

interface Props {
  coins: string[];
  value: string;
  onChange: (coin: string) => void;
}

export function CoinSelect({ coins, value, onChange }: Props) {
  return (
    <select
      className={styles.select}
      aria-label="Coin on the chart"
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {coins.map((coin) => (
        <option key={coin}>{coin}</option>
      ))}
    </select>
  );
}
