/** The colours of Okabe and Ito, which people who see red and green alike can tell apart; yellow is left out, for it vanishes on white. */
export const colours = ['#0072B2', '#D55E00', '#009E73', '#E69F00', '#56B4E9', '#CC79A7', '#000000'] as const;

export const grey = '#999999';

/** Blue for negative, white for zero, orange for positive. */
export const diverging: [number, string][] = [
  [0, '#0072B2'],
  [0.5, '#FFFFFF'],
  [1, '#D55E00'],
];

/** The font whose widths lay a figure out; where it is missing, Verdana is as wide and others are narrower. */
export const fontFamily = 'DejaVu Sans, Verdana, sans-serif';

export const size = { width: 700, height: 420 };

/** What every axis has: a frame, light lines, room for its labels. */
export const axis = { automargin: true, showline: true, linecolor: '#444444', gridcolor: '#E5E5E5', zeroline: false, ticks: 'outside', ticklen: 4 };

export const margin = { l: 60, r: 30, b: 60 };

/** What every figure has. */
export const layout = {
  ...size,
  font: { family: fontFamily, size: 12, color: '#222222' },
  colorway: colours,
  paper_bgcolor: '#FFFFFF',
  plot_bgcolor: '#FFFFFF',
  legend: { orientation: 'h', traceorder: 'normal', x: 0, y: 1.02, xanchor: 'left', yanchor: 'bottom' },
};
