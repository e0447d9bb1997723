#pragma once
#include <cstdio>
#include <filesystem>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

// What tests of TLS share.
namespace osetra::http {

/// A key and a certificate that it signed itself, as PEM files; with `names` (DNS:a,IP:b) for these, and its own authority.
inline void make_certificate(std::filesystem::path const& file, std::filesystem::path const& key_file, char const* common_name, char const* names = nullptr,
                             long from_s = -3600, long to_s = 3600) {
    auto* const pair = EVP_EC_gen("P-256");
    auto* const x = X509_new();
    X509_set_version(x, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
    X509_gmtime_adj(X509_getm_notBefore(x), from_s);
    X509_gmtime_adj(X509_getm_notAfter(x), to_s);
    X509_set_pubkey(x, pair);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, reinterpret_cast<unsigned char const*>(common_name), -1, -1, 0);
    X509_set_issuer_name(x, X509_get_subject_name(x));
    auto const extend = [&](int what, char const* value) {
        auto* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, what, value);
        X509_add_ext(x, extension, -1);
        X509_EXTENSION_free(extension);
    };
    if (names) {
        extend(NID_subject_alt_name, names);
        extend(NID_basic_constraints, "critical,CA:TRUE");
    }
    X509_sign(x, pair, EVP_sha256());
    auto* const c = std::fopen(file.c_str(), "w");
    PEM_write_X509(c, x);
    std::fclose(c);
    auto* const k = std::fopen(key_file.c_str(), "w");
    PEM_write_PrivateKey(k, pair, nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(k);
    X509_free(x);
    EVP_PKEY_free(pair);
}

} // namespace osetra::http
