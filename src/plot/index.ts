/** Figures and tables for notebooks in one style; figures are drawn without a browser, too. */
export { curveOf } from './curveOf';
export { errorByStage, type ErrorByStageSpec, type Stage } from './errorByStage';
export { Figure, figure, savePng, show, type FigureSpec, type MadeOn } from './figure';
export { historyFrame, liveCurve } from './history';
export { histogram } from './histogram';
export { imageGrid, type ImageGridSpec } from './imageGrid';
export { softTargetsChart, type SoftTargetsChartSpec } from './softTargets';
export { learningCurve, type LearningCurveSpec } from './learningCurve';
export { ledgerBars, type LedgerBarsSpec } from './ledgerBars';
export { ledgerTable } from './ledgerTable';
export { lineChart, type Line, type LineChartSpec } from './lineChart';
export { heatmap, type HeatmapSpec } from './heatmap';
export { png } from './headless/png';
export { svg, type PlotlyFigure, type Trace } from './headless/render';
export { frame, type Frame } from './table';
export { thin } from './thin';
export { weightHistogram, type LayerWeights, type WeightHistogramSpec } from './weightHistogram';
