import type { Outcome } from './run-scenario.js';

/** What a run can have got wrong, with what explains it. */
interface Troubles extends Pick<Outcome, 'lost' | 'failedRequests' | 'unsettled' | 'disordered' | 'explanation'> {
  /** That there was a load at all; the bound is far below what a busy machine does. */
  readonly hadLoad: boolean;
}

/** To be compared with `INTACT`, or with what a scenario allows instead. */
export function troublesOf(outcome: Outcome): Troubles {
  const { lost, failedRequests, unsettled, disordered, explanation, acknowledged, answered } = outcome;
  return { lost, failedRequests, unsettled, disordered, explanation, hadLoad: acknowledged + answered > 10 };
}

/** What has to hold while a majority of the brokers lives: nothing lost, no request failed, all settled, order kept. */
export const INTACT: Troubles = {
  lost: 0,
  failedRequests: 0,
  unsettled: 0,
  disordered: 0,
  explanation: '',
  hadLoad: true,
};
