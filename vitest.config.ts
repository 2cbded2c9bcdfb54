import { defineConfig } from 'vitest/config'

const source = (room: string) => new URL(`./src/${room}`, import.meta.url).pathname

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    // Two cores, and several suites start processes or native sessions of their own.
    maxWorkers: 2,
  },
  // Stages import the package by its public names; the tests run them from source.
  resolve: {
    alias: [
      { find: /^sluice$/, replacement: source('index.ts') },
      { find: /^sluice\/(squad|tensor|model|training|answering|page|testing)$/, replacement: source('$1/index.ts') },
    ],
  },
})
