// For hints of the rooms that know of the plugin's contract alone.
export { python } from '../diagnostic/python-line.ts'
