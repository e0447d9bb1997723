# Writes OUT: a function FUNCTION (with its namespace, and declared in HEADER) that returns the text of the file IN.
include(${CMAKE_CURRENT_LIST_DIR}/literals.cmake)
file(READ ${IN} text)
string(REGEX REPLACE "(.*)::.*" "\\1" space ${FUNCTION})
string(REGEX REPLACE ".*::" "" name ${FUNCTION})
literals_of("${text}" literals)
file(WRITE ${OUT} "// Made at build time from a file of the source tree.\n#include \"${HEADER}\"\n"
  "namespace ${space} {\nstd::string_view ${name}() {\n    static constexpr char text[] = ${literals};\n    return {text, sizeof text - 1};\n}\n} // namespace ${space}\n")
