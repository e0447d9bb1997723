# What free programs of others take for the same work: one task, one line of JSON with processor seconds (user and system) of the call alone, without reading files.
#   Rscript bench/breeding_peers.R TASK FILE [NUMBER...]       Rscript bench/breeding_peers.R packages
# Their packages are found where R finds packages (R_LIBS); none is needed to build or test Osetra.
words <- commandArgs(trailingOnly = TRUE)
task <- words[1]
quietly <- function(package) suppressWarnings(suppressPackageStartupMessages(require(package, character.only = TRUE, quietly = TRUE)))
version <- function(package) paste(package, packageVersion(package))
tell <- function(peer, spent, said = "") cat(sprintf('\n{"peer":"%s","processor_s":%.3f,"said":"%s"}\n', peer, sum(spent[c("user.self", "sys.self")]), said))
columns <- function(file, what) scan(file, what = what, sep = ",", skip = 1, quiet = TRUE, multi.line = FALSE)
pedigree <- function(file) columns(file, list(id = 0L, sire = 0L, dam = 0L))
known <- function(x) ifelse(x == 0L, NA_integer_, x)
silent <- function(expression) { sink(nullfile()); on.exit(sink()); force(expression) }

tasks <- list(
    packages = function() for (p in c("pedigreemm", "nadiv", "gremlin", "AGHmatrix", "optiSel", "optiSolve")) if (quietly(p)) cat(p, "\n"),
    # F of every animal
    inbreeding = function(file) {
        quietly("pedigreemm")
        p <- pedigree(file)
        p <- new("pedigree", sire = known(p$sire), dam = known(p$dam), label = as.character(p$id))
        spent <- system.time(f <- inbreeding(p))
        tell(version("pedigreemm"), spent, sprintf("mean F %.6f", mean(f)))
    },
    # F and the inverse of the relationship matrix
    ainv = function(file) {
        quietly("nadiv")
        p <- pedigree(file)
        p <- data.frame(id = p$id, dam = known(p$dam), sire = known(p$sire))
        spent <- system.time(a <- makeAinv(p))
        tell(version("nadiv"), spent, sprintf("mean F %.6f", mean(a$f)))
    },
    # three components with errors, the inverse of the relationship matrix made before and not counted; NUMBER: rounds, 1 for values alone
    reml = function(folder, rounds = "30") {
        quietly("nadiv"); quietly("gremlin")
        p <- pedigree(file.path(folder, "pedigree.csv"))
        inverse <- makeAinv(data.frame(id = p$id, dam = known(p$dam), sire = known(p$sire)))$Ainv
        r <- columns(file.path(folder, "records.csv"), list(id = 0L, group = 0L, pool = 0L, y = 0))
        r <- data.frame(id = factor(r$id, levels = p$id), group = factor(r$group), pool = factor(r$pool), y = r$y)
        dimnames(inverse) <- list(as.character(p$id), as.character(p$id))
        spent <- system.time(fit <- silent(gremlin(y ~ group, random = ~ id + pool, ginverse = list(id = inverse), data = r, maxit = as.integer(rounds), v = 0)))
        last <- fit$itMat[nrow(fit$itMat), ]
        tell(version("gremlin"), spent, paste(nrow(fit$itMat), "rounds,", paste(sprintf("%.4f", last[grep("_theta$", names(last))]), collapse = " ")))
    },
    # sorted*.csv of OpSel: most gain where x'Ax <= 1/14
    contributions = function(file) {
        quietly("nadiv"); quietly("optiSolve")
        c <- read.csv(file)
        a <- as.matrix(makeA(data.frame(id = c[[1]], dam = known(c[[3]]), sire = known(c[[2]]))))
        kept <- which(c[[5]] > 0)   # who may give anything
        a <- a[kept, kept]
        c <- c[kept, ]
        id <- as.character(c[[1]])
        dimnames(a) <- list(id, id)
        problem <- cop(f = linfun(a = c[[4]], id = id), max = TRUE, lb = lbcon(0, id = id), ub = ubcon(setNames(c[[5]] / 2800, id), id = id),
                       lc = lincon(A = matrix(1, 1, length(id)), d = 0, dir = "==", val = 1, id = id, name = "all"), qc = quadcon(Q = a, d = 0, dir = "<=", val = 1 / 14, id = id, name = "kin"))
        spent <- system.time(silent(s <- solvecop(problem, solver = "cccp", quiet = TRUE)))
        x <- s$x
        tell(paste(version("optiSolve"), "(of optiSel, solver cccp)"), spent, sprintf("g'x %.4f, x'Ax %.6f", sum(x * c[[4]]), drop(t(x) %*% a %*% x)))
    },
    # FILE: kinship of sires by dams; as many matings of a dam and a sire as told
    mates = function(file, of_sire = "2") {
        quietly("optiSel")
        k <- as.matrix(read.csv(file, header = FALSE))
        rownames(k) <- paste0("s", seq_len(nrow(k)))
        colnames(k) <- paste0("d", seq_len(ncol(k)))
        who <- data.frame(Indiv = c(rownames(k), colnames(k)), Sex = rep(c("male", "female"), dim(k)), n = rep(c(as.numeric(of_sire), 1), dim(k)))
        spent <- system.time(silent(m <- matings(who, k)))
        tell(version("optiSel"), spent, sprintf("total %.9g", sum(m$n * k[cbind(m$Sire, m$Dam)])))
    },
    # FISH x SNP made up here
    genomic = function(fish, snps) {
        quietly("AGHmatrix")
        set.seed(1)
        m <- matrix(rbinom(as.integer(fish) * as.integer(snps), 2L, rep(runif(as.integer(snps), 0.05, 0.95), each = as.integer(fish))), as.integer(fish))
        spent <- system.time(silent(g <- Gmatrix(m, method = "VanRaden", ploidy = 2, missingValue = -9)))
        tell(version("AGHmatrix"), spent, sprintf("mean own %.4f", mean(diag(g))))
    },
    # four sets; their matrix is dense, its inverse is R's
    polyploid = function(file) {
        quietly("AGHmatrix")
        p <- pedigree(file)
        p <- data.frame(id = p$id, sire = p$sire, dam = p$dam)
        spent <- system.time(silent({ a <- Amatrix(p, ploidy = 4, w = 0.1); inverse <- chol2inv(chol(a)) }))
        tell(version("AGHmatrix"), spent, "with chol2inv")
    }
)
do.call(tasks[[task]], as.list(words[-1]))
