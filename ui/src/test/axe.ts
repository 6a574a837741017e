import axe from 'axe-core';
import { expect } from 'vitest';

/** Fails with what axe found in this element. Colours are measured by tokens.test.ts: jsdom paints nothing. */
export async function expectAccessible(element: Element = document.body) {
  const { violations } = await axe.run(element, {
    rules: { 'color-contrast': { enabled: false }, region: { enabled: false } },
  });
  expect(violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(' | ')}`)).toEqual([]);
}
