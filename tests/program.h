#pragma once
// The osetra program as others run it: started, spoken to over HTTP, and killed.
#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <optional>
#include <spawn.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "kernel/fault.h"
#include "number_from.h"

namespace osetra {

/// The osetra program as a child, with what it prints.
class Program {
public:
    explicit Program(std::vector<std::string> words) {
        std::array<int, 2> ends{};
        if (pipe2(ends.data(), O_CLOEXEC) != 0) throw Fault("no pipe");
        posix_spawn_file_actions_t files{};
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_adddup2(&files, ends[1], 1);
        words.insert(words.begin(), OSETRA_BINARY);
        std::vector<char*> argv;
        for (auto& word : words) argv.push_back(word.data());
        argv.push_back(nullptr);
        auto const failed = posix_spawn(&m_pid, OSETRA_BINARY, &files, nullptr, argv.data(), environ);
        posix_spawn_file_actions_destroy(&files);
        close(ends[1]);
        m_out = fdopen(ends[0], "r");
        if (failed != 0) throw Fault("cannot start " OSETRA_BINARY);
    }
    ~Program() {
        kill();
        std::fclose(m_out);
    }
    Program(Program const&) = delete;
    Program& operator=(Program const&) = delete;

    std::string line() {
        std::array<char, 4096> text{};
        return std::fgets(text.data(), static_cast<int>(text.size()), m_out) ? std::string{text.data()} : std::string{};
    }
    /// All it prints, and its exit status.
    std::pair<std::string, int> finish() {
        std::string all;
        for (auto one = line(); !one.empty(); one = line()) all += one;
        int status = 0;
        waitpid(m_pid, &status, 0);
        m_pid = 0;
        return {all, WIFEXITED(status) ? WEXITSTATUS(status) : -1};
    }
    void kill() {
        if (m_pid == 0) return;
        ::kill(m_pid, SIGKILL);
        waitpid(m_pid, nullptr, 0);
        m_pid = 0;
    }

private:
    pid_t m_pid = 0;
    std::FILE* m_out = nullptr;
};

/// One keep-alive connection. Gives up as soon as the server is gone.
class Client {
public:
    explicit Client(std::uint16_t port) : m_socket(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(port);
        to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        int const yes = 1;
        setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        m_open = connect(m_socket, reinterpret_cast<sockaddr const*>(&to), sizeof to) == 0;
    }
    ~Client() { close(m_socket); }
    Client(Client const&) = delete;
    Client& operator=(Client const&) = delete;

    /// The status and body of the answer; nothing when it does not come whole.
    std::optional<std::pair<int, std::string>> post(std::string const& path, std::string const& key, std::string const& body) {
        return ask("POST", path, key, body);
    }
    std::optional<std::pair<int, std::string>> ask(std::string const& method, std::string const& path, std::string const& key, std::string const& body = {}) {
        auto const request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + key +
                             "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
        for (std::size_t sent = 0; m_open && sent < request.size();) {
            auto const n = send(m_socket, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
            m_open = n > 0;
            sent += static_cast<std::size_t>(std::max<ssize_t>(n, 0));
        }
        std::string answer;
        for (std::array<char, 8192> buffer{}; m_open;) {
            if (auto const head = answer.find("\r\n\r\n"); head != std::string::npos) {
                if (answer.compare(9, 3, "204") == 0) return std::pair{204, std::string{}};
                auto const at = answer.find("ontent-Length: ");
                if (at != std::string::npos && at < head && answer.size() >= head + 4 + std::strtoull(answer.c_str() + at + 15, nullptr, 10))
                    return std::pair{std::atoi(answer.c_str() + 9), answer.substr(head + 4)};
            }
            auto const n = recv(m_socket, buffer.data(), buffer.size(), 0);
            m_open = n > 0;
            answer.append(buffer.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
        }
        return std::nullopt;
    }

private:
    int m_socket;
    bool m_open = false;
};

} // namespace osetra
