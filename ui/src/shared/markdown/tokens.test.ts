import { expect, test } from 'vitest';
import { readBlocks, readInline } from './tokens';

test('code and emphasis become elements, everything else stays text', () => {
  expect(readInline('Secrets **validated** (`./scripts/a.sh`)')).toEqual([
    { is: 'text', text: 'Secrets ' },
    { is: 'strong', parts: [{ is: 'text', text: 'validated' }] },
    { is: 'text', text: ' (' },
    { is: 'code', text: './scripts/a.sh' },
    { is: 'text', text: ')' },
  ]);
});

test('HTML is shown as it was typed, a probe comment is not shown', () => {
  const parts = readInline('a <img src=x onerror=alert(1)> b <!-- probe: tcp -->');
  expect(parts.map((part) => (part.is === 'text' ? part.text : part.is)).join('')).toBe(
    'a <img src=x onerror=alert(1)> b ',
  );
});

test('a comparison is no HTML', () => {
  expect(readInline('p99 latency < 500ms')).toEqual([{ is: 'text', text: 'p99 latency < 500ms' }]);
});

test('a picture in a note is only its words', () => {
  expect(readBlocks('![graph](https://example.org/a.png)')).toEqual([
    { is: 'paragraph', parts: [{ is: 'text', text: 'graph' }] },
  ]);
});

test('raw HTML blocks of a note become code', () => {
  expect(readBlocks('<script>alert(1)</script>')).toEqual([{ is: 'code', text: '<script>alert(1)</script>' }]);
});
