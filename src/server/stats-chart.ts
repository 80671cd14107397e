import { SPAN_MS } from './stats.ts';
import type { Stats } from './stats.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;
/** Of the drawing; the page stretches it. A bar takes eight tenths of its minute. */
const [HEIGHT, STEP, WIDTH] = [100, 10, 8];

interface Bar {
  ok: number;
  failed: number;
}

/** The jobs of the last hour: a bar a minute, those that compiled below, those that failed above. */
export function renderChart(stats: Stats): string {
  const bars = collectBars(stats);
  const most = Math.max(...bars.map(({ ok, failed }) => ok + failed));
  if (most === 0) return '<p class="none">No job has ended in the last hour.</p>';
  const rects = bars.map(({ ok, failed }, index) => {
    const [okHeight, failedHeight] = [(ok / most) * HEIGHT, (failed / most) * HEIGHT];
    return rect(index, 'ok', okHeight, 0) + rect(index, 'failed', failedHeight, okHeight);
  });
  return `<figure><svg viewBox="0 0 ${MINUTES * STEP} ${HEIGHT}" preserveAspectRatio="none" role="img"
aria-label="Jobs a minute in the last hour, at most ${most}">${rects.join('')}</svg>
<figcaption><span>an hour ago</span><span class="legend">at most ${most} a minute: <span><b class="ok">■</b> compiled,</span>
<span><b class="failed">■</b> failed</span></span><span>now</span></figcaption></figure>`;
}

function collectBars(stats: Stats): Bar[] {
  const bars = Array.from({ length: MINUTES }, () => ({ ok: 0, failed: 0 }));
  for (const span of stats.since(MINUTES * MINUTE_MS - SPAN_MS)) {
    const bar = bars[MINUTES - 1 - Math.floor((stats.now() - span.startedAtMs) / MINUTE_MS)];
    if (bar === undefined) continue;
    bar.ok += span.ok;
    bar.failed += span.failed;
  }
  return bars;
}

function rect(index: number, name: string, height: number, below: number): string {
  if (height === 0) return '';
  const y = (HEIGHT - below - height).toFixed(1);
  return `<rect class="${name}" x="${index * STEP}" y="${y}" width="${WIDTH}" height="${height.toFixed(1)}"/>`;
}
