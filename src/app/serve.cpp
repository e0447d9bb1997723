#include <csignal>
#include <fcntl.h>
#include <fmt/core.h>
#include <iostream>
#include <malloc.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "app/all_routes.h"
#include "app/bell.h"
#include "app/cli.h"
#include "app/epcis_service.h"
#include "app/service.h"
#include "app/verbs.h"
#include "app/web_files.h"
#include "http/server.h"
#include "stocktake/engine/count.h"
#include "store/migrate.h"
#include "trace/subscription_routes.h"

namespace osetra::app {
namespace {

/// Signals that end the program, waited for instead of handled: no code of ours runs inside a handler. Made before any thread,
/// which then have them blocked too.
class EndSignals {
public:
    EndSignals() {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        pthread_sigmask(SIG_BLOCK, &set, nullptr);
        m_fd = signalfd(-1, &set, SFD_CLOEXEC);
        if (m_fd < 0) throw Fault("cannot wait for signals");
    }
    ~EndSignals() { close(m_fd); }
    EndSignals(EndSignals const&) = delete;
    EndSignals& operator=(EndSignals const&) = delete;
    /// Whether one came within this time; a negative one waits as long as it takes.
    bool wait(int ms = -1) const {
        pollfd one{m_fd, POLLIN, 0};
        while (poll(&one, 1, ms) < 0 && errno == EINTR) {}
        return (one.revents & POLLIN) != 0;
    }

private:
    int m_fd;
};

/// One for each lot of kinds: see long_handlers.
struct Workers {
    JobWorker patient, counting, prompt;
    Workers(JobWorker::Open const& open, store::MediaFolder& media, Clock const& clock, std::function<void(std::string const&)> const& log, std::function<void()> captured = {})
        : patient{open, long_handlers(farm::caviar_pack(), clock, media), media, clock, log},
          counting{open, counting_handlers(farm::caviar_pack(), clock, media, stocktake::count), media, clock, log},
          prompt{open, prompt_handlers(clock, std::move(captured)), media, clock, log} {}
};

/// The pages inside the program, with the tags by which browsers know that they have them already.
struct Pages {
    std::vector<std::string> tags;
    std::vector<http::Asset> assets;
    Pages() {
        for (auto const& f : web_files()) tags.push_back(fmt::format("\"{}\"", f.sha256.substr(0, 24)));
        for (std::size_t i = 0; i < tags.size(); ++i) assets.push_back({web_files()[i].path, web_files()[i].content_type, tags[i], {}, web_files()[i].gzip});
    }
};

std::string address_of(UpOptions const& o, std::uint16_t port) {
    auto const host = o.bind == "0.0.0.0" || o.bind == "::" || o.bind == "127.0.0.1" ? std::string{"localhost"} : o.bind;
    return fmt::format("{}://{}:{}", o.certificate.empty() ? "http" : "https", host, port);
}

std::vector<Enterprise> enterprises_of(store::Pool& shelf) {
    store::Pool::Lease db{shelf};
    std::vector<Enterprise> all;
    for (auto const& e : access::enterprises(*db)) all.push_back(e.enterprise);
    return all;
}

} // namespace

/// Everything that serves, put together in order: the store, the door, the farm, the routes, the sockets.
Result<Done> up(Context const& c, UpOptions const& o) {
    EndSignals const signals;
    mallopt(M_MMAP_THRESHOLD, 1 << 20);   // what holds a sent file goes back to the system as soon as it is freed
    OSETRA_TRY(open_database(c, Missing::make));   // migrated, and closed again
    if (o.certificate.empty() != o.key.empty()) return refuse("tls_incomplete", "TLS needs both --tls-cert and --tls-key.", "tls");

    auto const log = [&c, &o](std::string const& line) {
        if (!o.quiet) c.io.err << text_of(c.clock.now()) + " " + line + "\n" << std::flush;
    };
    OpenStore const open = [where = c.where.db](store::Access access) { return store::open(where, access); };
    Pages const pages;

    http::ServerOptions options;
    options.bind = o.bind;
    options.port = o.port;
    options.workers = o.workers;
    options.certificate_file = o.certificate;
    options.key_file = o.key;
    options.trusted_proxies = o.trusted_proxies;
    options.web_dir = o.web_dir;
    options.assets = pages.assets;
    options.header_limit = 64 << 10;   // an import's mapping travels in the address
    options.log = log;
    http::Server server{std::move(options)};

    access::AccessOptions door;
    door.log = log;
    access::Access access{[open] { return open(store::Access::read_write); }, c.clock, door};

    Bell bell;   // of what subscribers may wait for
    ServiceOptions writing;
    writing.tell = [&server, &bell](Enterprise e, std::string event, std::string data) {
        server.tell(e, std::move(event), std::move(data));
        bell.ring();
    };
    writing.log = log;
    FarmService service{open, c.clock, farm::caviar_pack(), std::move(writing)};

    store::Pool shelf{[open] { return open(store::Access::read_write); }};
    store::MediaFolder media{media_folder(c.where, o.media)};
    Workers workers{[open] { return open(store::Access::read_write); }, media, c.clock, log, [&bell] { bell.ring(); }};
    EpcisService epcis{shelf, c.clock, [&service] { return service.new_id(); }, [&workers] { workers.prompt.wake(); }, [&bell] { bell.ring(); }};
    auto const sender = trace::webhooks(o.private_webhooks);
    trace::PushOptions pushing;
    pushing.log = log;
    trace::Pusher pusher{epcis, *sender, [&shelf] { return enterprises_of(shelf); }, worker_name(), std::move(pushing)};
    Bell::Ear const ear{bell, [&pusher] { pusher.wake(); }};
    JobWatch const watch{[open] { return open(store::Access::read_only); },
                         [&server](Enterprise e, std::string event, std::string data) { server.tell(e, std::move(event), std::move(data)); }, c.clock, log};

    http::Routes routes;
    add_all_routes(routes, access, service, epcis, {pusher.courier(), [&pusher] { pusher.wake(); }, o.private_webhooks}, {shelf, media, c.clock, [&service] { return service.new_id(); }, job_kinds()}, program_version());

    server.start(routes, access);
    c.io.out << "Osetra serves " << c.where.db << " at " << address_of(o, server.port()) << "\n";
    if (pages.assets.empty() && o.web_dir.empty()) c.io.out << "The web pages are not in this build; --web-dir web/dist serves them from a folder.\n";
    c.io.out << "Stop it with Ctrl-C.\n" << std::flush;

    signals.wait();
    c.io.out << "Stopping: what has begun is finished.\n" << std::flush;
    server.stop();
    return Done{};
}

/// Jobs as a process of its own, on this machine or another.
Result<Done> work(Context const& c, WorkOptions const& o) {
    EndSignals const signals;
    OSETRA_TRY(open_database(c, Missing::refuse));
    auto const open = [where = c.where.db] { return store::open(where); };
    store::MediaFolder media{media_folder(c.where, o.media)};
    if (o.once) {
        auto const db = open();
        store::Worker worker{*db, fmt::format("cli:{}", getpid()), job_handlers(farm::caviar_pack(), c.clock, media, stocktake::count), c.clock};
        std::int64_t done = 0;
        for (auto any = true; any && !signals.wait(0);) {
            any = false;
            for (auto const& e : access::enterprises(*db))
                if (worker.work_once(e.enterprise)) {
                    any = true;
                    ++done;
                }
        }
        c.io.out << (c.where.json ? fmt::format("{{\"jobs\":{}}}\n", done) : fmt::format("{} jobs done\n", done));
        return Done{};
    }
    auto const log = [&c](std::string const& line) { c.io.err << text_of(c.clock.now()) + " " + line + "\n" << std::flush; };
    Workers const workers{open, media, c.clock, log};
    c.io.out << "Waiting for jobs of " << c.where.db << ". Stop it with Ctrl-C.\n" << std::flush;
    signals.wait();
    return Done{};
}

} // namespace osetra::app
