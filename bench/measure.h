#pragma once
#include <string>
#include <vector>

// What the programs that measure have in common.
namespace osetra::bench {

double thread_ms();       ///< processor time of this thread
double processor_s();     ///< of the whole process
long resident_mb();
/// The value below which this part of all lies. Sorts them. \pre not empty
double quantile(std::vector<double>& all, double part);
/// The database of this name; "private": a PostgreSQL of its own. Says why and ends with status 1 where there is none.
std::string database(std::string const& named);

} // namespace osetra::bench
