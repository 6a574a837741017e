import '@testing-library/jest-dom/vitest';
import { configure } from '@testing-library/svelte';

// What appears late on a busy machine has appeared all the same; waiting longer costs only where a test fails.
configure({ asyncUtilTimeout: 20_000 });

// jsdom lacks what floating menus and the List ask of a browser.
class NoObserver {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}
Object.assign(globalThis, { ResizeObserver: NoObserver, IntersectionObserver: NoObserver });
if (!window.matchMedia) {
  window.matchMedia = (query: string) =>
    ({
      matches: false,
      media: query,
      onchange: null,
      addEventListener() {},
      removeEventListener() {},
      addListener() {},
      removeListener() {},
      dispatchEvent: () => false,
    }) as MediaQueryList;
}
Element.prototype.scrollIntoView = function () {};
Element.prototype.hasPointerCapture = () => false;
Element.prototype.releasePointerCapture = () => {};

// Tauri's `freezePrototype` does this in the window, so the tests must live with it too.
Object.freeze(Object.prototype);
