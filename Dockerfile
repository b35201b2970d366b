# docker build -t callcheck . && docker run --rm -v "$PWD:/data" -w /data callcheck check .
FROM rust:1-alpine AS build
RUN apk add --no-cache musl-dev
WORKDIR /src
COPY . .
RUN cargo build --release --locked

FROM scratch
COPY --from=build /src/target/release/callcheck /callcheck
ENTRYPOINT ["/callcheck"]
