import { describe, expect, test } from 'vitest';
import source from './tokens.css?raw';

// WCAG 2.2: 1.4.3 asks 4.5:1 for text, 1.4.11 asks 3:1 for the marks that carry meaning.
const blocks = source.split('}').map((block) => block.split('{'));

function tokensOf(selector: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [head, body] of blocks) {
    if (head?.replace(/\/\*[\s\S]*?\*\//u, '').trim() !== selector || !body) continue;
    for (const match of body.matchAll(/(--[\w-]+):\s*(#[\da-f]{6});/giu)) found.set(match[1] ?? '', match[2] ?? '');
  }
  return found;
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const tinted = ['verified', 'done', 'failed', 'warning', 'waived', 'inconclusive', 'blocked', 'stale', 'na'];
const text: [string, string][] = [
  ...['ink', 'ink-2', 'ink-3'].flatMap((ink) => ['bg', 'panel', 'sunk'].map((on): [string, string] => [ink, on])),
  ...tinted.flatMap((name) => ['panel', 'bg', `${name}-tint`].map((on): [string, string] => [`${name}-ink`, on])),
  ['accent-ink', 'panel'],
  ['accent-ink', 'accent-tint'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['ink-2', 'accent-tint'],
  ['ink-3', 'accent-tint'],
  ['on-failed', 'failed'],
];
const marks: [string, string][] = [
  ['on-verified', 'verified'],
  ['verified', 'panel'],
  ['failed', 'panel'],
  ['accent', 'panel'],
  ['line-control', 'panel'],
  ['blocked', 'panel'],
];

describe.each([
  ['light', ':root'],
  ['dark', ":root[data-theme='dark']"],
])('%s tokens', (_theme, selector) => {
  const tokens = tokensOf(selector);
  const value = (name: string) => tokens.get(`--${name}`) ?? expect.fail(`no token --${name}`);

  test.each(text)('%s can be read on %s', (ink, on) => {
    expect(contrast(value(ink), value(on))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(marks)('%s can be told from %s', (mark, on) => {
    expect(contrast(value(mark), value(on))).toBeGreaterThanOrEqual(3);
  });
});
