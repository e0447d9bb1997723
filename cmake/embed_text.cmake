# Writes OUT: a function FUNCTION (with its namespace, and declared in HEADER) that returns the text of the file IN. Long literals are cut,
# because compilers accept only so much in one.
file(READ ${IN} text)
string(LENGTH "${text}" size)
string(REGEX REPLACE "(.*)::.*" "\\1" space ${FUNCTION})
string(REGEX REPLACE ".*::" "" name ${FUNCTION})
set(literals "")
set(at 0)
while(at LESS size)
  string(SUBSTRING "${text}" ${at} 12000 part)
  string(APPEND literals "R\"embed(${part})embed\"\n")
  math(EXPR at "${at} + 12000")
endwhile()
file(WRITE ${OUT} "// Made at build time from a file of the source tree.\n#include \"${HEADER}\"\n"
  "namespace ${space} {\nstd::string_view ${name}() {\n    static constexpr char text[] = ${literals};\n    return {text, sizeof text - 1};\n}\n} // namespace ${space}\n")
