import { toasts } from './toasts.svelte';

beforeEach(() => toasts.list.forEach((toast) => toasts.dismiss(toast.id)));

const shown = () => toasts.list.map((toast) => `${toast.text} ${toast.times}`);

test('what is said again is counted and not stacked', () => {
  toasts.show({ text: 'The disk is full', tone: 'failed' });
  toasts.show({ text: 'Saved report.pdf' });
  toasts.show({ text: 'The disk is full', tone: 'failed' });
  expect(shown()).toEqual(['The disk is full 2', 'Saved report.pdf 1']);
});

test('of one topic only the newest word stands, with its own way back', () => {
  const undone: string[] = [];
  for (const text of ['1.1.1 is done', '1.1.2 is done'])
    toasts.show({ text, topic: 'status', action: { label: 'Undo', run: () => undone.push(text) } });
  expect(shown()).toEqual(['1.1.2 is done 1']);
  toasts.list[0]?.action?.run();
  expect(undone).toEqual(['1.1.2 is done']);
});

test('failures of one kind are one toast that says how many there are', () => {
  for (const file of ['a.png', 'b.png', 'c.png'])
    toasts.show({ text: `${file} could not be read`, tone: 'failed', topic: 'file-unreadable' });
  expect(shown()).toEqual(['c.png could not be read 3']);
  expect(toasts.list[0]?.same).toBe(false);
});

test('three things at most stand at once', () => {
  for (const text of ['a', 'b', 'c', 'd']) toasts.show({ text });
  expect(shown()).toEqual(['b 1', 'c 1', 'd 1']);
});
