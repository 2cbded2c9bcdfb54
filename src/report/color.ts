/** Whether what is written to a stream has colours: as `FORCE_COLOR` says, else in a terminal that has some and where `NO_COLOR` is not set. */
export const takesColor = ({ isTTY }: Pick<NodeJS.WriteStream, 'isTTY'>, env: NodeJS.ProcessEnv): boolean => {
  const { FORCE_COLOR: forced = '', NO_COLOR: none = '', TERM } = env
  if (forced !== '') return forced !== '0' && forced !== 'false'
  return isTTY === true && TERM !== 'dumb' && none === ''
}
