import { BarChart } from 'echarts/charts';
import { GridComponent, LegendComponent, TitleComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { medianOf } from './compare.ts';
import { formatFigure } from './format-figure.ts';
import { programsOf } from './format.ts';
import type { Picture, Results, Row } from './results.ts';

use([BarChart, GridComponent, LegendComponent, TitleComponent, SVGRenderer]);

const SIZE = { width: 960, height: 520 } as const;

/** The baseline first. On white, whatever the page around it; white figures stand on them. */
const COLORS = ['#c2410c', '#1e3a8a', '#2563eb', '#374151', '#6b7280'];

const INK = '#222222';

/** The pictures of a run that have something to show: a run of few farms may lack one's. */
export function picturesOf({ pictures = [], rows }: Results): Picture[] {
  return pictures.filter((picture) => rowsOf(picture, rows).length > 0);
}

/** Draw one picture of a run. @returns an SVG file, the same for the same figures */
export function draw(picture: Picture, { rows, baseline }: Results): string {
  const drawn = rowsOf(picture, rows).toSorted(
    (left, right) => pointOf(left, picture) - pointOf(right, picture),
  );
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  chart.setOption({
    animation: false,
    backgroundColor: '#ffffff',
    color: COLORS,
    title: { text: picture.title, left: 'center', textStyle: { color: INK, fontSize: 16 } },
    legend: { top: 34, itemGap: 24, textStyle: { color: INK } },
    grid: { left: 80, right: 20, top: 76, bottom: 60 },
    xAxis: {
      ...{ type: 'category', name: picture.xName, nameGap: 32, ...axis },
      data: drawn.map((row) => String(pointOf(row, picture))),
    },
    yAxis: { type: 'log', name: picture.yName, nameGap: 56, min: floorOf(drawn), ...axis },
    series: programsOf(drawn, baseline).map((program) => ({
      ...{ name: program, type: 'bar', silent: true, barGap: '5%', barCategoryGap: '14%', label },
      data: drawn.map((row) => barOf(row, program)),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return tidy(svg);
}

const axis = {
  nameLocation: 'middle',
  nameTextStyle: { color: INK, fontSize: 13 },
  axisLabel: { color: INK },
  axisLine: { show: true, lineStyle: { color: '#666666' } },
} as const;

/** Upright, from the foot of its bar: figures cannot cover each other. */
const label = {
  ...{ show: true, position: 'insideBottom', rotate: 90, align: 'left', verticalAlign: 'middle' },
  ...{ distance: 6, color: '#ffffff', fontSize: 12 },
} as const;

function rowsOf({ name }: Picture, rows: readonly Row[]): Row[] {
  return rows.filter(({ points = {} }) => name in points);
}

function pointOf({ points = {} }: Row, { name }: Picture): number {
  return points[name] ?? NaN;
}

/** The power of ten that leaves each bar long enough for its figure. */
function floorOf(rows: readonly Row[]): number {
  const medians = rows.flatMap(({ samples }) => Object.values(samples).map(medianOf));
  return 10 ** (Math.floor(Math.log10(Math.min(...medians))) - 1);
}

/** A median, labelled with what has to be known beside it. */
function barOf({ samples, remarks = {} }: Row, program: string) {
  const value = medianOf(samples[program] ?? []);
  if (Number.isNaN(value)) return '-'; // ECharts' word for nothing
  const remark = remarks[program];
  const formatter = formatFigure(value) + (remark === undefined ? '' : `, ${remark}`);
  return { value, label: { formatter } };
}

/** What is for a mouse, and counts on from picture to picture, would change a file without need. */
function tidy(svg: string): string {
  return svg
    .replace(/<style\b[^]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, '')
    .replace(/\n\s*\n/g, '\n')
    .concat('\n');
}
