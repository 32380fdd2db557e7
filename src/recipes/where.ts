import type { Scale } from '../system';

/** At which scale, and where the data lies. */
export interface Where {
  scale: Scale;
  dataDir?: string;
}

/** Whether real files are to be read: at paper scale they must be there; at smoke scale all are made. */
export const wanted = (scale: Scale, atHand: () => boolean): boolean => scale === 'paper' || (scale === 'quick' && atHand());
