/** One pen stroke: corners `[x, y]` in percent of the digit's box, x to the right and y down. */
export interface Stroke {
  points: readonly (readonly [number, number])[];
  /** True for a smooth curve through the points, false for straight lines between them. */
  smooth: boolean;
}

/** The ways in which each digit, 0 to 9, is written. */
export const SKELETONS: readonly (readonly (readonly Stroke[])[])[] = [
  [
    [curve(55, 2, 22, 16, 6, 52, 22, 88, 52, 98, 84, 80, 93, 42, 78, 10, 52, 3)],
    [curve(72, 10, 46, 0, 20, 25, 15, 65, 36, 98, 64, 90, 82, 52, 76, 20, 55, 7)],
    [curve(40, 8, 14, 35, 12, 72, 40, 99, 78, 82, 88, 40, 68, 6, 45, 2, 30, 14)],
  ],
  [
    [line(50, 0, 50, 100)],
    [line(28, 22, 55, 0, 52, 100)],
    [line(30, 20, 52, 0, 52, 100), line(24, 100, 82, 100)],
    [curve(58, 0, 52, 50, 42, 100)],
  ],
  [
    [curve(12, 25, 32, 3, 64, 2, 82, 22, 70, 50, 40, 78, 10, 98), line(10, 98, 92, 96)],
    [curve(15, 20, 45, 0, 78, 14, 76, 42, 46, 76, 20, 94, 12, 82, 28, 76, 60, 94, 95, 88)],
    [curve(10, 15, 42, 2, 80, 10, 64, 42, 14, 96), curve(14, 96, 50, 88, 95, 98)],
  ],
  [
    [curve(15, 12, 45, 0, 78, 14, 70, 40, 38, 48), curve(38, 48, 78, 55, 88, 80, 55, 100, 12, 88)],
    [line(15, 3, 82, 3, 42, 42), curve(42, 42, 80, 52, 85, 82, 50, 100, 10, 86)],
    [curve(12, 15, 50, 0, 78, 18, 58, 42, 36, 49, 60, 50, 86, 72, 58, 98, 10, 90)],
  ],
  [
    [line(25, 0, 12, 55, 92, 52), line(72, 8, 66, 100)],
    [line(68, 0, 8, 65, 95, 62), line(68, 0, 66, 100)],
    [curve(20, 2, 14, 35, 30, 54, 80, 45), curve(84, 0, 76, 50, 72, 100)],
  ],
  [
    [line(82, 2, 28, 4, 20, 46), curve(20, 46, 55, 36, 88, 62, 70, 94, 10, 92)],
    [line(24, 6, 22, 46), curve(22, 46, 58, 42, 80, 66, 62, 98, 12, 94), line(24, 6, 94, 0)],
    [curve(85, 5, 44, 3, 24, 22, 40, 44, 74, 58, 78, 86, 44, 100, 10, 90)],
  ],
  [
    [curve(75, 2, 40, 20, 15, 60, 25, 92, 55, 100, 82, 82, 72, 58, 42, 54, 18, 72)],
    [curve(45, 0, 22, 40, 15, 75, 40, 99, 72, 88, 68, 65, 40, 62, 20, 80)],
    [curve(86, 8, 56, 2, 22, 36, 12, 74, 40, 99, 76, 88, 74, 56, 44, 48, 16, 66)],
  ],
  [
    [line(8, 5, 88, 5, 40, 100)],
    [line(8, 6, 88, 4, 44, 100), line(28, 52, 78, 50)],
    [line(10, 22, 12, 4, 90, 4), curve(90, 4, 60, 45, 45, 100)],
  ],
  [
    [curve(50, 48, 24, 34, 20, 14, 48, 0, 78, 12, 76, 32, 50, 48, 20, 64, 14, 86, 46, 100, 84, 88, 80, 64, 52, 48)],
    [curve(80, 12, 46, 0, 20, 14, 26, 34, 50, 46, 78, 64, 82, 86, 50, 100, 18, 86, 22, 66, 46, 50, 74, 32, 78, 10)],
    [curve(50, 2, 28, 10, 28, 36, 50, 46, 72, 36, 72, 10, 48, 2), curve(50, 46, 20, 56, 16, 88, 50, 99, 84, 88, 80, 56, 48, 46)],
  ],
  [
    [curve(80, 20, 50, 2, 18, 22, 35, 48, 68, 40, 82, 14), curve(82, 14, 78, 55, 66, 100)],
    [curve(80, 22, 52, 2, 18, 24, 34, 50, 66, 44, 80, 14), curve(80, 14, 84, 58, 62, 94, 20, 95)],
    [curve(78, 16, 44, 4, 16, 30, 40, 48, 78, 16), line(78, 16, 74, 100)],
  ],
];

function curve(...coordinates: number[]): Stroke {
  return { points: pairs(coordinates), smooth: true };
}

function line(...coordinates: number[]): Stroke {
  return { points: pairs(coordinates), smooth: false };
}

function pairs(coordinates: number[]): [number, number][] {
  return Array.from({ length: coordinates.length / 2 }, (_, i) => [coordinates[2 * i], coordinates[2 * i + 1]]);
}
