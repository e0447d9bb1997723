// The parameters of an event query (EPCIS 2.0, 8.2.7.1): their names, what they are for, and their two spellings, in an address and in a saved query.
export type Pair = [name: string, value: string]

/// A name, or its pattern; `help` is a key of the catalogue below "param.".
export interface Parameter { name: string; help: string; example?: string }

export const parameters: Parameter[] = [
  { name: 'eventType', help: 'event_type', example: 'ObjectEvent' },
  { name: 'EQ_action', help: 'action', example: 'ADD' },
  { name: 'EQ_eventID', help: 'event_id' },
  { name: 'GE_eventTime', help: 'from_time', example: '2026-01-01T00:00:00Z' },
  { name: 'LT_eventTime', help: 'to_time', example: '2026-02-01T00:00:00Z' },
  { name: 'GE_recordTime', help: 'recorded_from', example: '2026-01-01T00:00:00Z' },
  { name: 'LT_recordTime', help: 'recorded_to', example: '2026-02-01T00:00:00Z' },
  { name: 'EQ_bizStep', help: 'biz_step', example: 'shipping' },
  { name: 'EQ_disposition', help: 'disposition', example: 'in_transit' },
  { name: 'EQ_persistentDisposition_set', help: 'persistent_set', example: 'recalled' },
  { name: 'EQ_persistentDisposition_unset', help: 'persistent_unset' },
  { name: 'EQ_readPoint', help: 'read_point' },
  { name: 'WD_readPoint', help: 'read_point_below' },
  { name: 'EQ_bizLocation', help: 'biz_location' },
  { name: 'WD_bizLocation', help: 'biz_location_below' },
  { name: 'EQ_bizTransaction_TYPE', help: 'transaction', example: 'EQ_bizTransaction_po' },
  { name: 'EQ_source_TYPE', help: 'source', example: 'EQ_source_owning_party' },
  { name: 'EQ_destination_TYPE', help: 'destination', example: 'EQ_destination_owning_party' },
  { name: 'EQ_transformationID', help: 'transformation' },
  { name: 'MATCH_epc', help: 'epc', example: 'urn:epc:idpat:sgtin:9521234.010006.*' },
  { name: 'MATCH_parentID', help: 'parent' },
  { name: 'MATCH_inputEPC', help: 'input' },
  { name: 'MATCH_outputEPC', help: 'output' },
  { name: 'MATCH_anyEPC', help: 'any_epc' },
  { name: 'MATCH_epcClass', help: 'epc_class' },
  { name: 'MATCH_inputEPCClass', help: 'input_class' },
  { name: 'MATCH_outputEPCClass', help: 'output_class' },
  { name: 'MATCH_anyEPCClass', help: 'any_class' },
  ...['EQ', 'GT', 'GE', 'LT', 'LE'].map(op => ({ name: `${op}_quantity`, help: 'quantity', example: '12' })),
  ...['EQ', 'GT', 'GE', 'LT', 'LE'].map(op => ({ name: `${op}_quantity_UOM`, help: 'quantity_unit', example: `${op}_quantity_KGM` })),
  { name: 'EXISTS_errorDeclaration', help: 'error' },
  { name: 'GE_errorDeclarationTime', help: 'error_from' },
  { name: 'LT_errorDeclarationTime', help: 'error_to' },
  { name: 'EQ_errorReason', help: 'error_reason', example: 'incorrect_data' },
  { name: 'EQ_correctiveEventID', help: 'corrective' },
  ...['EQ', 'GT', 'GE', 'LT', 'LE', 'EXISTS'].map(op => ({ name: `${op}_PREFIX:FIELD`, help: 'extension', example: `${op}_osetra:species` })),
  ...['EQ', 'GT', 'GE', 'LT', 'LE', 'EXISTS'].map(op => ({ name: `${op}_INNER_PREFIX:FIELD`, help: 'extension_inner' })),
  ...['EQ', 'GT', 'GE', 'LT', 'LE', 'EXISTS'].map(op => ({ name: `${op}_ILMD_PREFIX:FIELD`, help: 'ilmd', example: `${op}_ILMD_osetra:saltPercent` })),
  ...['EQ', 'GT', 'GE', 'LT', 'LE', 'EXISTS'].map(op => ({ name: `${op}_INNER_ILMD_PREFIX:FIELD`, help: 'ilmd_inner' })),
  ...['EQ', 'GT', 'GE', 'LT', 'LE', 'EXISTS'].map(op => ({ name: `${op}_ERROR_DECLARATION_PREFIX:FIELD`, help: 'error_extension' })),
  { name: 'EQ_readPoint_PREFIX:FIELD', help: 'place_field' },
  { name: 'EQ_bizLocation_PREFIX:FIELD', help: 'place_field' },
  { name: 'HASATTR_FIELD', help: 'has_attribute', example: 'HASATTR_bizLocation' },
  { name: 'EQATTR_FIELD_ATTRIBUTE', help: 'attribute' },
  { name: 'EXISTS_sensorElementList', help: 'sensors' },
  { name: 'GE_time', help: 'sensor_time' }, { name: 'LT_time', help: 'sensor_time' },
  { name: 'GE_startTime', help: 'sensor_time' }, { name: 'LT_startTime', help: 'sensor_time' },
  { name: 'GE_endTime', help: 'sensor_time' }, { name: 'LT_endTime', help: 'sensor_time' },
  { name: 'EQ_type', help: 'sensor_type', example: 'Temperature' },
  ...['deviceID', 'dataProcessingMethod', 'microorganism', 'chemicalSubstance', 'bizRules', 'stringValue', 'booleanValue', 'hexBinaryValue', 'uriValue'].map(f => ({ name: `EQ_${f}`, help: 'sensor_equal' })),
  ...['value', 'minValue', 'maxValue', 'meanValue', 'sDev', 'percValue'].flatMap(f => ['EQ', 'GT', 'GE', 'LT', 'LE'].map(op => ({ name: `${op}_${f}_UOM`, help: 'sensor_value', example: `${op}_${f}_CEL` }))),
  ...['GE', 'GT', 'LT', 'LE'].map(op => ({ name: `${op}_percRank`, help: 'sensor_rank' })),
  ...['SENSORELEMENT', 'SENSORMETADATA', 'SENSORREPORT'].flatMap(f => ['EQ', 'GT', 'GE', 'LT', 'LE', 'EXISTS'].map(op => ({ name: `${op}_${f}_PREFIX:FIELD`, help: 'sensor_extension' }))),
  { name: 'orderBy', help: 'order_by', example: 'eventTime' },
  { name: 'orderDirection', help: 'order_direction', example: 'DESC' },
  { name: 'eventCountLimit', help: 'count_limit', example: '100' },
  { name: 'maxEventCount', help: 'max_count', example: '1000' },
  { name: 'perPage', help: 'per_page', example: '30' },
]

const blank = /TYPE|UOM|PREFIX:FIELD|FIELD_ATTRIBUTE|FIELD/
/// The help for a name as it was written: the exact name's, else its pattern's.
export function help_of(name: string): string | undefined {
  const exact = parameters.find(p => p.name === name)
  if (exact) return exact.help
  return parameters.filter(p => blank.test(p.name) && new RegExp('^' + p.name.replace(blank, x => (x === 'UOM' ? '[A-Z0-9]{2,4}' : x === 'PREFIX:FIELD' ? '[^:]+:.+' : '.+')) + '$').test(name))
    .sort((a, b) => b.name.replace(blank, '').length - a.name.replace(blank, '').length)[0]?.help
}

const text_of = (pairs: Pair[]) => pairs.filter(([n, v]) => n && v !== '').map(([n, v]) => `${encodeURIComponent(n).replace(/%3A/g, ':')}=${encodeURIComponent(v)}`).join('&')
/// As it stands in an address of the repository.
export const query_string = (pairs: Pair[]) => (text_of(pairs) ? '?' + text_of(pairs) : '')
export const pairs_text = text_of
export function pairs_of(text: string): Pair[] {
  return text.split('&').filter(Boolean).map(part => { const cut = part.indexOf('='); return [decodeURIComponent(part.slice(0, cut)), decodeURIComponent(part.slice(cut + 1).replace(/\+/g, ' '))] as Pair })
}

const lists = /^(eventType|EQ_|MATCH_|WD_|HASATTR_)/, numbers = /^(G[TE]|L[TE])_(quantity|value|minValue|maxValue|meanValue|sDev|percValue|percRank)|^(eventCountLimit|maxEventCount|perPage)$/
/// As it stands in a saved query: lists as lists, numbers as numbers.
export function query_object(pairs: Pair[]): Record<string, unknown> {
  const out: Record<string, unknown> = {}
  for (const [name, value] of pairs) {
    if (!name || value === '') continue
    const parts = value.split('|')
    if (name === 'EQ_booleanValue') out[name] = value === 'true'
    else if (/^EQ_(quantity|value|minValue|maxValue|meanValue|sDev|percValue)(_|$)/.test(name)) out[name] = parts.map(Number)
    else if (lists.test(name)) out[name] = [...((out[name] as string[] | undefined) ?? []), ...parts]
    else if (name.startsWith('EXISTS_')) out[name] = null
    else out[name] = numbers.test(name) && value.trim() !== '' && Number.isFinite(Number(value)) ? Number(value) : value
  }
  return out
}
export function pairs_from(query: Record<string, unknown>): Pair[] {
  return Object.entries(query).filter(([n]) => n !== '@context').map(([n, v]) => [n, Array.isArray(v) ? v.join('|') : v === null || v === undefined ? 'true' : String(v)])
}

export const value_of = (pairs: Pair[], name: string) => pairs.find(([n]) => n === name)?.[1] ?? ''
/// With one parameter set (or taken away, where the value is empty); the others keep their order.
export function with_value(pairs: Pair[], name: string, value: string): Pair[] {
  if (!value) return pairs.filter(([n]) => n !== name)
  return pairs.some(([n]) => n === name) ? pairs.map(p => (p[0] === name ? [name, value] : p)) : [...pairs, [name, value]]
}

/// A class of things (a lot, a trade item) is matched by another parameter than a thing with a serial.
export const is_class = (text: string) => text.startsWith('urn:epc:class:') || (/\/01\/\d{8,14}/.test(text) && !text.includes('/21/'))
