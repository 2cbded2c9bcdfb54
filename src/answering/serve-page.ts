// The page at `/`, to try a model. Whatever comes from outside is shown as text.

export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Ask the model</title>
<link rel="stylesheet" href="page.css">
<main>
  <h1>Ask the model</h1>
  <form>
    <label for="context">Text</label>
    <textarea id="context" rows="8" required></textarea>
    <label for="question">Question</label>
    <input id="question" required autocomplete="off">
    <button>Ask</button>
  </form>
  <section aria-live="polite">
    <p id="answer"></p>
    <ol id="nbest"></ol>
  </section>
  <p><a href="openapi.json">OpenAPI document</a></p>
</main>
<script src="page.js"></script>
</html>
`

export const style = `body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 }
main { max-width: 42rem; margin: auto; padding: 1rem }
label { display: block; margin-top: 1rem }
textarea, input { box-sizing: border-box; width: 100%; font: inherit; padding: .4rem }
button { font: inherit; margin-top: 1rem; padding: .4rem 1.5rem }
#answer { font-size: 1.25rem; min-height: 1.5em }
`

export const script = `const by = id => document.getElementById(id)
document.querySelector('form').addEventListener('submit', async event => {
  event.preventDefault()
  by('answer').textContent = '…'
  by('nbest').replaceChildren()
  try {
    const response = await fetch('predict', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ question: by('question').value, context: by('context').value, n_best: 5 }),
    })
    const { answer, nbest, error } = await response.json()
    by('answer').textContent = error ?? (answer || '(no answer)')
    for (const { text, probability } of nbest ?? []) {
      const item = document.createElement('li')
      item.textContent = (100 * probability).toFixed(1) + ' %  ' + (text || '(no answer)')
      by('nbest').append(item)
    }
  } catch {
    by('answer').textContent = 'The server does not answer.'
  }
})
`
