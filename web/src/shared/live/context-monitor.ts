import type { Band, MarketContext, PhaseProbabilities } from './messages';

export type Phase = Band['phase'];

/** The four phases that the detector can commit to, in the order in which they are shown. */
export const PHASES = ['bull', 'bear', 'sideways', 'volatile'] as const;

export const PHASE_NAMES: Record<Phase, string> = {
  bull: 'Bull',
  bear: 'Bear',
  sideways: 'Sideways',
  volatile: 'Volatile',
  uncertain: 'Uncertain',
  unknown: 'Unknown',
};

export interface Belief {
  phase: keyof PhaseProbabilities;
  probability: number;
}

/** The detector's belief in each phase, in a fixed order so that bars do not jump. */
export function beliefs(context: MarketContext): Belief[] {
  return PHASES.map((phase) => ({ phase, probability: context.probabilities[phase] }));
}

export type RiskWord = 'Calm' | 'Moderate' | 'Elevated' | 'High' | 'Extreme';

const RISK_WORDS: readonly [number, RiskWord][] = [
  [20, 'Calm'],
  [40, 'Moderate'],
  [60, 'Elevated'],
  [80, 'High'],
];

/** A risk level of 0 to 100 in a word. */
export function riskWord(level: number): RiskWord {
  return RISK_WORDS.find(([below]) => level < below)?.[1] ?? 'Extreme';
}

/** Coins that move much more than usual now. */
export function spiking(context: MarketContext): string[] {
  return context.coins.filter((coin) => coin.spiking).map((coin) => coin.coin);
}
