#include "store/private_postgres.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <libpq-fe.h>
#include <memory>
#include <pwd.h>
#include <set>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include "kernel/fault.h"

namespace osetra::store {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

std::optional<fs::path> programs() {
    std::set<fs::path> versions;
    std::error_code none;
    for (auto const& entry : fs::directory_iterator("/usr/lib/postgresql", none))
        if (fs::exists(entry.path() / "bin/initdb") && fs::exists(entry.path() / "bin/postgres")) versions.insert(entry.path());
    if (versions.empty()) return std::nullopt;
    return *versions.rbegin() / "bin";
}

// The keeper shell waits for the end of its input, which comes when this program closes the pipe or dies in any way.
constexpr char const* keeper = R"sh(
bin=$1; dir=$2; as=$3
$as "$bin/initdb" -D "$dir/data" -U osetra -A trust -E UTF8 --locale=C --no-sync --no-instructions >"$dir/log" 2>&1 </dev/null || exit 1
$as "$bin/postgres" -D "$dir/data" -k "$dir" -c listen_addresses= -c shared_buffers=128MB -c max_connections=60 -c wal_level=minimal \
    -c max_wal_senders=0 -c max_wal_size=2GB -c autovacuum_naptime=20s </dev/null >>"$dir/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server; wait $server
rm -rf "$dir"
)sh";

class Server {
public:
    explicit Server(fs::path const& bin) {
        std::string pattern = (fs::temp_directory_path() / "osetra_pg_XXXXXX").string();
        if (!mkdtemp(pattern.data())) throw Fault("cannot make a folder for a private PostgreSQL in " + fs::temp_directory_path().string());
        m_folder = pattern;
        std::string as;
        if (geteuid() == 0) {   // PostgreSQL refuses to run as root
            auto const* user = getpwnam("postgres");
            if (!user) user = getpwnam("nobody");
            if (!user || chown(pattern.c_str(), user->pw_uid, user->pw_gid) != 0) throw Fault("no user to run a private PostgreSQL as");
            as = "setpriv --reuid=" + std::to_string(user->pw_uid) + " --regid=" + std::to_string(user->pw_gid) + " --clear-groups";
        }
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Fault("no pipe for a private PostgreSQL");
        m_alive = ends[1];
        posix_spawn_file_actions_t files{};
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, ends[0], 0);
        // A test runner waits until the output is closed: the keeper must not hold it open.
        posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addchdir_np(&files, "/");
        posix_spawnattr_t apart{};   // a group of its own: Ctrl-C at the tests ends it through the pipe, in order
        posix_spawnattr_init(&apart);
        posix_spawnattr_setflags(&apart, POSIX_SPAWN_SETPGROUP);
        std::string words[] = {"sh", "-c", keeper, "sh", bin.string(), m_folder.string(), as};
        std::array<char*, 8> argv{};
        for (std::size_t i = 0; i < 7; ++i) argv[i] = words[i].data();
        auto const failed = posix_spawn(&m_keeper, "/bin/sh", &files, &apart, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&apart);
        close(ends[0]);
        if (failed != 0) throw Fault("cannot start a shell for a private PostgreSQL");
        for (auto const until = std::chrono::steady_clock::now() + 60s; PQping(url().c_str()) != PQPING_OK;) {
            if (std::chrono::steady_clock::now() > until || waitpid(m_keeper, nullptr, WNOHANG) == m_keeper) {
                std::ostringstream log;
                log << std::ifstream(m_folder / "log").rdbuf();
                close(m_alive);
                std::error_code none;
                fs::remove_all(m_folder, none);
                throw Fault("the private PostgreSQL did not start: " + log.str());
            }
            std::this_thread::sleep_for(20ms);
        }
    }
    ~Server() {
        close(m_alive);
        waitpid(m_keeper, nullptr, 0);
    }
    Server(Server const&) = delete;
    Server& operator=(Server const&) = delete;

    std::string url(std::string const& schema = "public") const {
        std::string host;
        for (auto const c : m_folder.string()) host += c == '/' ? std::string{"%2F"} : std::string{c};
        return "postgresql://osetra@/postgres?host=" + host + "&options=-csearch_path%3D" + schema;
    }
    std::string fresh() {
        auto const name = "test_" + std::to_string(++m_schemas);
        std::unique_ptr<PGconn, void (*)(PGconn*)> const conn{PQconnectdb(url().c_str()), PQfinish};
        std::unique_ptr<PGresult, void (*)(PGresult*)> const made{PQexec(conn.get(), ("CREATE SCHEMA " + name).c_str()), PQclear};
        if (PQresultStatus(made.get()) != PGRES_COMMAND_OK) throw Fault(std::string{"private PostgreSQL: "} + PQerrorMessage(conn.get()));
        return url(name);
    }

private:
    fs::path m_folder;
    pid_t m_keeper = 0;
    int m_alive = -1;
    int m_schemas = 0;
};

} // namespace

std::optional<std::string> PrivatePostgres::fresh_database() {
    static auto const bin = programs();
    if (!bin) return std::nullopt;
    static Server server{*bin};
    return server.fresh();
}

} // namespace osetra::store
