import { expect, it } from 'vitest';
import { notTraded } from './not-traded';

it('groups forecasts by what stood in the way and leaves out those traded or missing', () => {
  const groups = notTraded({
    t: {
      at: 0,
      coins: ['BTC', 'ETH', 'SOL', 'DOGE', 'ARB'],
      reasons: [4, 0, -1, 3, 4],
      probability: [0.4, 0.8, null, 0.7, null],
      net_edge: [-1, 4, null, 2, null],
    },
  });
  expect(groups.map(({ code, forecasts }) => [code, forecasts.map(({ coin }) => coin)])).toEqual([
    [4, ['BTC', 'ARB']],
    [3, ['DOGE']],
  ]);
});
