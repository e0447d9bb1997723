declare module 'virtual:land' {
  const land: { type: 'MultiPolygon'; coordinates: number[][][][] }
  export default land
}
declare module 'topojson-client'
