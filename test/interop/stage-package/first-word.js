export const firstWord = question => question.trim().split(/\s+/)[0].toLowerCase()
