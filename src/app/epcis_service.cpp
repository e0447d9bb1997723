#include "app/epcis_service.h"

namespace osetra::app {
namespace {

/// Reading ends without a trace, also when it throws.
class Moment {
public:
    explicit Moment(store::Db& db) : m_db(db) { m_db.begin_reading(); }
    ~Moment() { m_db.rollback(); }
    Moment(Moment const&) = delete;
    Moment& operator=(Moment const&) = delete;

private:
    store::Db& m_db;
};

} // namespace

void EpcisService::read(Enterprise enterprise, std::function<void(trace::Desk&)> const& see) {
    store::Pool::Lease lease{m_pool};
    Moment const moment{*lease};
    trace::Repository events{*lease, enterprise};
    trace::Desk desk{*lease, enterprise, events};
    see(desk);
}

void EpcisService::write(Enterprise enterprise, std::function<Keep(trace::Desk&)> const& work) {
    store::Pool::Lease lease{m_pool};
    store::Transaction all{*lease};
    trace::Repository events{*lease, enterprise};
    trace::Desk desk{*lease, enterprise, events};
    if (work(desk) == Keep::no) return;
    all.commit();
    if (m_written) m_written();
}

} // namespace osetra::app
