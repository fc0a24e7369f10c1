# Numbers of R that the statistics of src/evaluation/assay are compared with. It needs base R alone.
#
#   Rscript r-statistics.R > fixtures/r-statistics.json

options(digits = 15)
set.seed(18)

json <- function(x) {
  if (is.list(x)) {
    fields <- vapply(x, json, "")
    if (is.null(names(x))) return(paste0("[", paste(fields, collapse = ", "), "]"))
    return(paste0("{", paste0("\"", names(x), "\": ", fields, collapse = ", "), "}"))
  }
  if (is.matrix(x)) return(json(lapply(seq_len(nrow(x)), function(i) x[i, ])))
  numbers <- ifelse(is.na(x), "null", formatC(as.numeric(x), digits = 12, format = "g", width = 1))
  if (length(x) == 1 && !inherits(x, "AsIs")) numbers else paste0("[", paste(numbers, collapse = ", "), "]")
}
draw <- function(n, mean = 0, digits = 4) round(rnorm(n, mean), digits)

# Wilcoxon's rank-sum test: exact, and normal with ties and correction for continuity.
ranks <- function(a, b, exact) {
  test <- suppressWarnings(wilcox.test(a, b, exact = exact))
  list(first = I(a), second = I(b), exact = as.integer(exact), u = unname(test$statistic), p = test$p.value)
}
# All choices counted, for ties.
counted <- function(a, b) {
  all <- rank(c(a, b))
  sums <- combn(length(all), length(a), function(chosen) sum(all[chosen]))
  away <- abs(sums - mean(sums))
  distance <- abs(sum(all[seq_along(a)]) - mean(sums))
  u <- sum(all[seq_along(a)]) - length(a) * (length(a) + 1) / 2
  list(first = I(a), second = I(b), exact = 1L, u = u, p = mean(away >= distance - 1e-9))
}
wilcoxon <- list(
  ranks(draw(3, 1), draw(5), TRUE),
  ranks(draw(8, 0.8), draw(20), TRUE),
  counted(draw(5, 0.5, 0), draw(7, 0, 0)),
  counted(draw(4, 1, 0), draw(9, 0, 0)),
  ranks(draw(60, 0.4, 1), draw(70, 0, 1), FALSE),
  ranks(draw(80, 0.2, 0), draw(60, 0, 0), FALSE)
)

# Tukey's median polish of a plate with effects and missing wells.
plate <- matrix(draw(8 * 12), 8) + outer(draw(8), draw(12), "+")
plate[c(5, 17, 50, 95)] <- NA
polish <- medpolish(plate, eps = 1e-6, maxiter = 100, trace.iter = FALSE, na.rm = TRUE)
medpolish <- list(
  scores = plate, overall = polish$overall, rows = I(polish$row), columns = I(polish$col), residuals = polish$residuals
)

ps <- round(c(runif(10), runif(5) / 50, 0.01, 0.01), 5)
adjust <- list(ps = I(ps), qs = I(p.adjust(ps, "BH")))

# A four-parameter curve of log dose, its profile-likelihood interval of EC50, and the test of lack of fit.
curve <- function(slope, sd) {
  dose <- rep(c(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30), each = 3)
  score <- round(2 + 5 / (1 + (0.6 / dose)^slope) + rnorm(length(dose), 0, sd), 5)
  x <- log(dose)
  fit <- nls(
    score ~ bottom + (top - bottom) / (1 + exp((xmid - x) / scal)),
    start = list(bottom = 2, top = 7, xmid = log(0.6), scal = 1 / slope), control = nls.control(tol = 1e-7, maxiter = 200, minFactor = 1e-9)
  )
  est <- coef(fit)
  # The deviance of the best curve through an EC50, less the most that the interval allows.
  most <- deviance(fit) * (1 + qt(0.975, df.residual(fit))^2 / df.residual(fit))
  excess <- function(xmid) {
    through <- nls(
      score ~ bottom + (top - bottom) / (1 + exp((xmid - x) / scal)), start = as.list(est[c("bottom", "top", "scal")]),
      control = nls.control(tol = 1e-7, maxiter = 200, minFactor = 1e-9)
    )
    deviance(through) - most
  }
  end <- function(far) uniroot(excess, sort(c(est[["xmid"]], far)), tol = 1e-9)$root
  interval <- c(end(est[["xmid"]] - 1), end(est[["xmid"]] + 1))
  within <- lm(score ~ factor(dose))
  more <- df.residual(fit) - df.residual(within)
  f <- (deviance(fit) - deviance(within)) / more / (deviance(within) / df.residual(within))
  list(
    doses = I(dose), scores = I(score),
    bottom = est[["bottom"]], top = est[["top"]], ec50 = exp(est[["xmid"]]), slope = 1 / est[["scal"]],
    deviation = sigma(fit), low = exp(interval[[1]]), high = exp(interval[[2]]),
    f = f, p = pf(f, more, df.residual(within), lower.tail = FALSE)
  )
}
curves <- list(curve(1.2, 0.3), curve(2.5, 0.2), curve(1, 0.1))

# Welch's interval of a difference of means.
welch <- lapply(list(c(2, 4), c(3, 12), c(6, 6)), function(n) {
  a <- draw(n[1], 2)
  b <- draw(n[2])
  test <- t.test(a, b)
  list(treated = I(a), controls = I(b), effect = mean(a) - mean(b), low = test$conf.int[1], high = test$conf.int[2])
})

distributions <- list(
  f = lapply(list(c(3.2, 3, 20), c(50, 3, 20), c(0.5, 2, 1), c(1.1, 200, 300)), function(x)
    list(f = x[1], above = x[2], below = x[3], p = pf(x[1], x[2], x[3], lower.tail = FALSE))),
  t = lapply(list(c(0.975, 1), c(0.975, 3), c(0.975, 20), c(0.95, 5.5)), function(x)
    list(p = x[1], degrees = x[2], t = qt(x[1], x[2]))),
  chiSquare = lapply(list(c(0.025, 1), c(0.975, 1), c(0.025, 7), c(0.975, 30)), function(x)
    list(p = x[1], degrees = x[2], x = qchisq(x[1], x[2]))),
  normal = lapply(c(-5, -1.96, 0.3), function(z) list(z = z, p = pnorm(z)))
)

parts <- list(
  wilcoxon = wilcoxon, medpolish = medpolish, adjust = adjust, curves = curves, welch = welch,
  distributions = distributions
)
cat("{\n", paste0("\"", names(parts), "\": ", vapply(parts, json, ""), collapse = ",\n"), "\n}\n", sep = "")
