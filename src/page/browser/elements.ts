type Child = Node | string | number | false | null | undefined
type Attributes = Readonly<Record<string, string | number | boolean | ((event: Event) => void) | undefined>>

/**
 * An element with attributes, listeners (functions) and children. Text becomes a text node and nothing else: no part of the page
 * is ever made by parsing HTML.
 */
export function h<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(key, value)
    else if (value === true) element.setAttribute(key, '')
    else if (value !== false && value !== undefined) element.setAttribute(key, String(value))
  }
  element.append(
    ...children
      .filter(child => child !== false && child != null)
      .map(each => (each instanceof Node ? each : String(each))),
  )
  return element
}

/** A part of the page, with a heading that names it. */
export function section(id: string, title: string, ...children: readonly Child[]): HTMLElement {
  return h('section', { id, 'aria-labelledby': `${id}-title` }, h('h2', { id: `${id}-title` }, title), ...children)
}

/** A table whose first column names its rows. Cells that are numbers stand to the right. */
export function dataTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly (string | number | Node)[])[],
) {
  const cell = (value: string | number | Node, column: number) =>
    column === 0
      ? h('th', { scope: 'row' }, value)
      : h('td', { class: typeof value === 'number' || isNumeric(value) ? 'number' : undefined }, value)
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', {}, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ...head.map((name, column) =>
            h(
              'th',
              { scope: 'col', class: column > 0 && rows.every(row => isNumeric(row[column])) ? 'number' : undefined },
              name,
            ),
          ),
        ),
      ),
      h('tbody', {}, ...rows.map(row => h('tr', {}, ...row.map(cell)))),
    ),
  )
}

const isNumeric = (value: unknown): boolean =>
  typeof value === 'number' ||
  (typeof value === 'string' && /^[-+−\d][\d.,]*( ?(%|ms|s|min|h|B|kB|MB|GB|to|\(|\)|[\d.,]+|min))*$/.test(value))
