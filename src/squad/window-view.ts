import type { WindowView } from './views.ts'
import { fillIds, firstUniqueId, windowParts } from './window-parts.ts'
import type { Windows } from './windows.ts'

/** Window `index` as decoding sees it. */
export function windowView(windows: Windows, index: number): WindowView {
  const parts = windowParts(windows, index)
  const { cls, document, length } = parts.layout
  const ids = new Int32Array(length)
  fillIds(ids, 0, parts, windows)
  const inDocument = (position: number) => position >= document && position < document + parts.words.length
  return {
    unique_id: firstUniqueId + index,
    example_index: windows.example_index[index]!,
    cls_index: cls,
    tokens: Array.from(ids, id => windows.tokenizer.vocab[id]!),
    word: position => (inDocument(position) ? parts.words[position - document]! : -1),
    isMaxContext: position => inDocument(position) && parts.isMaxContext(position - document),
  }
}
