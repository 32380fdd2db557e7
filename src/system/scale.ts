/**
 * How much a notebook or a recipe does: `smoke`, a few hundred drawn images, in seconds, to see that everything runs; `quick`, under a minute, for a first look;
 * `paper`, the paper's data and sizes.
 */
export const scales = ['smoke', 'quick', 'paper'] as const;
export type Scale = (typeof scales)[number];
