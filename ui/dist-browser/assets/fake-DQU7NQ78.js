var e=`# Deployment Checklist for Bakhmach Business Hub

## Pre-Deployment Phase

### Code Quality

- [ ] All tests passing locally
- [ ] Code coverage > 85%
- [ ] Linting and formatting checks passed
- [ ] Type checking passing (mypy)
- [ ] Security scanning completed
- [ ] Dependencies updated and audited
- [ ] CHANGELOG.md updated

### Documentation

- [ ] README.md up to date
- [ ] API documentation current
- [ ] Architecture documentation reviewed
- [ ] Deployment guide reviewed
- [ ] Troubleshooting guide reviewed
- [ ] Development setup guide tested

### Environment Preparation

- [ ] Production environment ready
- [ ] Database migrations prepared
- [ ] Environment variables configured
- [ ] Secrets secured in vault
- [ ] SSL/TLS certificates valid
- [ ] DNS records prepared

## Database Migration Phase

### Migration Testing

- [ ] Migrations tested on staging
- [ ] Rollback plan documented
- [ ] Backup taken before migration
- [ ] Migration script reviewed
- [ ] Data validation queries prepared

### Execution

- [ ] Run migrations in development
- [ ] Run migrations in staging
- [ ] Validate data integrity
- [ ] Run migrations in production
- [ ] Verify all services connected

## Application Deployment Phase

### Pre-deployment

- [ ] Load balancer health checks configured
- [ ] Monitoring and alerting enabled
- [ ] Log aggregation working
- [ ] Metrics collection active
- [ ] Backup systems verified

### Deployment

- [ ] Deploy to staging environment
- [ ] Run smoke tests
- [ ] Verify integrations
- [ ] Load test completed
- [ ] Security audit passed

### Production Deployment

- [ ] Blue-green deployment setup ready
- [ ] Canary deployment percentage set (5-10%)
- [ ] Gradual rollout plan documented
- [ ] Rollback procedure tested
- [ ] On-call team notified

## Post-Deployment Phase

### Validation

- [ ] Application health checks passing
- [ ] User-facing features working
- [ ] API endpoints responding
- [ ] Database queries performing
- [ ] No error spikes in logs

### Monitoring

- [ ] Error rate normal (< 0.1%)
- [ ] Response time acceptable (p95 < 200ms)
- [ ] Database performance normal
- [ ] No memory leaks detected
- [ ] CPU usage within expected range
- [ ] Disk usage acceptable

### Integration Testing

- [ ] GitHub webhook sync working
- [ ] AI Studio integration functional
- [ ] Payment processing working (if enabled)
- [ ] Email notifications sending
- [ ] External API calls successful

## Smoke Tests

### Core Functionality

\`\`\`bash
# Health check
curl -X GET https://api.bakhmach.com/health

# Get sync status
curl -X GET https://api.bakhmach.com/api/sync/status \\
  -H "Authorization: Bearer $TOKEN"

# Trigger sync
curl -X POST https://api.bakhmach.com/api/sync \\
  -H "Authorization: Bearer $TOKEN"

# Get metrics
curl -X GET https://api.bakhmach.com/metrics
\`\`\`

### Database Connectivity

\`\`\`python
import psycopg2
conn = psycopg2.connect("dbname=bakhmach user=admin")
cursor = conn.cursor()
cursor.execute("SELECT COUNT(*) FROM sync_records")
print(cursor.fetchone())
conn.close()
\`\`\`

### Third-Party APIs

- [ ] GitHub API responding
- [ ] Stripe API operational
- [ ] Email service working
- [ ] Logging service available

## Performance Validation

### Load Testing

\`\`\`bash
# Run load tests
locust -f locustfile.py --host=https://api.bakhmach.com -u 100 -r 10
\`\`\`

### Expected Metrics

- [ ] p50 latency < 50ms
- [ ] p95 latency < 200ms
- [ ] p99 latency < 500ms
- [ ] Error rate < 0.1%
- [ ] Throughput > 1000 req/s

## Rollback Procedure

If issues detected:

1. **Immediate Actions**
   - [ ] Alert on-call team
   - [ ] Notify stakeholders
   - [ ] Stop new deployments
   - [ ] Investigate errors

2. **Rollback Steps**
   - [ ] Trigger blue-green failover
   - [ ] Verify previous version deployed
   - [ ] Run smoke tests
   - [ ] Monitor error rates
   - [ ] Verify all services restored

3. **Post-Rollback**
   - [ ] Document failure cause
   - [ ] Create incident report
   - [ ] Schedule post-mortem
   - [ ] Plan fixes
   - [ ] Update deployment process

## Communication

### Before Deployment

- [ ] Announce planned maintenance
- [ ] Set expected duration
- [ ] Provide support contact

### During Deployment

- [ ] Update status page
- [ ] Post updates to team channels
- [ ] Monitor customer feedback

### After Deployment

- [ ] Confirm successful deployment
- [ ] Share release notes
- [ ] Thank team for support

## Documentation Updates

- [ ] Update version numbers
- [ ] Add new features to changelog
- [ ] Update API documentation
- [ ] Add screenshots if UI changed
- [ ] Update troubleshooting guide
- [ ] Document new configurations

## Security Checks

- [ ] No secrets in code
- [ ] SQL injection prevention verified
- [ ] CSRF tokens working
- [ ] Rate limiting functional
- [ ] Authentication secure
- [ ] Authorization working
- [ ] SSL/TLS enforced
- [ ] Headers secure
- [ ] No exposed endpoints

## Performance Optimization

- [ ] Database indexes optimal
- [ ] Cache configured
- [ ] CDN working
- [ ] Compression enabled
- [ ] Minification applied
- [ ] Lazy loading working

## Monitoring and Alerting

- [ ] Error alerts configured
- [ ] Performance alerts set
- [ ] Uptime monitoring active
- [ ] Log analysis working
- [ ] Metrics dashboards loaded
- [ ] Team notified of alerts

## Post-Deployment Review

### Within 24 Hours

- [ ] Review error logs
- [ ] Check performance metrics
- [ ] Monitor user feedback
- [ ] Verify all features working
- [ ] Check external integrations

### Within 1 Week

- [ ] Conduct post-deployment review
- [ ] Gather team feedback
- [ ] Identify improvements
- [ ] Document lessons learned
- [ ] Update deployment process

## Sign-Off

- [ ] Product Owner: _______________
- [ ] Engineering Lead: _______________
- [ ] DevOps/Infrastructure: _______________
- [ ] QA Lead: _______________
- [ ] Security Lead: _______________

**Deployment Date**: _______________
**Deployment Time**: _______________
**Release Version**: _______________
**Notes**: _______________
`;function t(e){return e.toLowerCase().replace(/[^\p{L}\p{N}]+/gu,`-`).replace(/^-|-$/gu,``)||`item`}function n(e,t,n,r){return{id:e,number:t,text:n,body:``,line:r,phase:``,section:``,depth:0,track:`work`,stage:`prepare`,tile:`open`,status:`open`,marks:[],word:`Open`,summary:``,resolved:!1,reason:``,probes:[],notes:[],evidence:[],proposals:[],conflicts:[]}}var r=[[/review|ongoing|first week|within/iu,`review`],[/post-deployment|monitoring$|during|first 24/iu,`watch`],[/production deployment|^execution|deployment day|after deployment|smoke|performance validation/iu,`deploy`]];function i(e){let i={title:``,phases:[],items:[],roles:[],contacts:[],fields:[],criteria:[],resources:[],rollbackFence:``},s=new Set,c=``,l=``,u,d,f=null,p=e.split(`
`);for(let[e,m]of p.entries()){let p=e+1,h=m.trim();if(h.startsWith("```")){f&&/rollback/iu.test(c)&&(i.rollbackFence=f.join(`
`)),f=f?null:[];continue}if(f){f.push(m);continue}let g=/^(#{1,3}) (.+)$/u.exec(h),_=/^\d+\. \*\*(.+)\*\*$/u.exec(h);g?.[1]===`#`?i.title=g[2]??``:g?.[1]===`##`?(c=g[2]??``,l=``,u=void 0,d=void 0):(g??_)&&(l=(g?g[2]:_?.[1])??``,d=void 0);let v=/^\*\*(.+)\*\*: _+$/u.exec(h);v&&i.fields.push(o(v[1]??``,p));let y=/^- (?!\[ \])(.+)$/u.exec(h)?.[1];if(y&&c===`Emergency Contacts`&&i.contacts.push(o(y.split(`:`)[0]??``,p)),y&&c===`Success Criteria`&&i.criteria.push(y.replace(`✅ `,``)),y&&c===`Resources`){let[e=``,t=``]=y.split(`: `);i.resources.push({...o(e,p),value:t.replaceAll("`",``)})}let b=/^- \[ \] (.+)$/u.exec(h)?.[1];if(!b)continue;if(/sign-off/iu.test(c)){i.roles.push((b.split(`:`)[0]??b).replace(`/`,` / `));continue}if(!u){let e=c.replace(/^Phase \d+: /u,``).replace(/ Phase$/u,``),n=/\(([^)]+)\)$/u.exec(e)?.[1];u={id:t(c),number:String(i.phases.length+1),title:e.replace(/ \([^)]+\)$/u,``),rollback:/rollback/iu.test(c),sections:[]},i.phases.push(u),n&&a.set(u.id,n)}if(!d){let e=`${c} ${l}`,n=a.get(u.id)??/within .+$/iu.exec(l)?.[0];d={id:`${u.id}/${t(l||`items`)}`,number:l?`${u.number}.${u.sections.length+1}`:u.number,title:l,stage:r.find(([t])=>t.test(e))?.[1]??`prepare`,...n?{window:n}:{},items:[]},u.sections.push(d)}let x=`${d.id}/${t(b)}`;for(;s.has(x);)x+=`-2`;s.add(x),d.items.push(x),i.items.push({...n(x,`${d.number}.${d.items.length}`,b,p),phase:u.id,section:d.id,stage:d.stage,track:u.rollback?/post-/iu.test(l)?`followUp`:`rollback`:`work`,.../\((if .+)\)/u.exec(b)?.[1]?{condition:/\((if .+)\)/u.exec(b)?.[1]??``}:{},.../\(5-10%\)/u.test(b)?{asks:{words:`5 to 10 %`,unit:`%`}}:{}})}let m=i.phases.filter(e=>e.rollback);return i.phases=[...i.phases.filter(e=>!e.rollback),...m],i}var a=new Map;function o(e,n){return{id:t(e),label:e,value:``,remembered:``,line:n}}var s=[`Oksana Kovalenko`,`Danylo Savchuk`,`Taras Bondar`,`Iryna Melnyk`],c=Date.parse(`2026-11-22T09:48:00Z`),l=0;function u(){return l+=1,(l*2654435761).toString(16).padStart(12,`0`).repeat(6).slice(0,64)}function d(e,t=0){return{event:u(),who:e,device:`9f3a`,at:new Date(c-t*6e4).toISOString()}}var f={o:{tile:`open`,status:`open`,word:`Open`,marks:[],resolved:!1},d:{tile:`done`,status:`done`,word:`Done`,marks:[],resolved:!0},v:{tile:`verified`,status:`done`,word:`Verified by probe`,marks:[`verified`],resolved:!0},w:{tile:`waived`,status:`waived`,word:`Waived`,marks:[],resolved:!0},n:{tile:`notApplicable`,status:`notApplicable`,word:`Not applicable`,marks:[],resolved:!0},s:{tile:`stale`,status:`done`,word:`Stale`,marks:[`stale`],resolved:!1},b:{tile:`blocked`,status:`blocked`,word:`Blocked`,marks:[],resolved:!1},f:{tile:`failed`,status:`failed`,word:`Failed`,marks:[],resolved:!1},i:{tile:`inconclusive`,status:`open`,word:`Inconclusive`,marks:[],resolved:!1},m:{tile:`measured`,status:`open`,word:`Measured, needs a word`,marks:[`measured`],resolved:!1},a:{tile:`warning`,status:`done`,word:`Passed with a warning`,marks:[`verified`],resolved:!0},W:{tile:`watching`,status:`watching`,word:`Watching`,marks:[],resolved:!1},p:{tile:`inProgress`,status:`inProgress`,word:`In progress`,marks:[],resolved:!1}},p=`ddvdwdd vdvddv mdvdav dnsvd ddobo vvvvf ddvvv vovpo ooooW oooooo oonoo vmio vvfvv ooo ooo ooo ovovoo odvooovdi vovooi dvvovv ooooo ooooo oooo ooooo ooooo`,m=`dddvdd vvvddpooo ddddd vvvvvvov vvodo dvvddd vvddvvdo ddoo ddddddvvo oooooo ooooo oooooooo ooooo ooooo ooooooo ooooooo oooooooo ooooo ooooo ooo`,h=(e,t,n)=>({kind:`load`,summary:n.value,measure:n,source:`expect: ${e} ${t}\nref: load1\nfresh: 4h after deployment`}),g={"Production environment ready":{kind:`http`,summary:`200 in 41 ms`,proves:`part`},"Environment variables configured":{kind:`dotenv`,summary:`38 of 38 found`},"SSL/TLS certificates valid":{kind:`tls`,summary:`19 days left`,measure:{value:`19 days left`,limit:`warn below 21`,verdict:`warn`},source:`host: api.bakhmach.com
expect: chain_ok, valid_for > 7d
warn: valid_for > 21d`},"DNS records prepared":{kind:`dns`,summary:`3 of 3 resolvers agree`},"Backup systems verified":{kind:`command`,summary:`newest backup 31 h old`,measure:{value:`31 h`,limit:`limit 24 h`,fraction:1,limitFraction:.8,verdict:`fail`}},"GitHub API responding":{kind:`http`,summary:`200 in 84 ms`},"Stripe API operational":{kind:`http`,summary:`200 in 121 ms`,proves:`part`},"Email service working":{kind:`smtp`,summary:`no STARTTLS answer`},"Logging service available":{kind:`http`,summary:``},"p50 latency < 50ms":h(`p50`,`< 50ms`,{value:`31 ms`,limit:`limit 50 ms`,fraction:.5,limitFraction:.8,verdict:`pass`}),"p95 latency < 200ms":h(`p95`,`< 200ms`,{value:`143 ms`,limit:`limit 200 ms`,fraction:.57,limitFraction:.8,verdict:`pass`}),"p99 latency < 500ms":h(`p99`,`< 500ms`,{value:`612 ms`,limit:`limit 500 ms`,fraction:.98,limitFraction:.8,verdict:`fail`}),"Throughput > 1000 req/s":h(`throughput`,`> 1000/s`,{value:`1 198 /s`,limit:`at least 1 000 /s`,fraction:.81,limitFraction:.8,verdict:`pass`}),"All tests passing locally":{kind:`command`,summary:`412 passed`},"Code coverage > 85%":{kind:`command`,summary:`91.4 %`,measure:{value:`91.4 %`,limit:`above 85 %`,fraction:.86,limitFraction:.8,verdict:`pass`}}},_=h(`errors`,`< 0.1%`,{value:`0.02 %`,limit:`limit 0.1 %`,fraction:.16,limitFraction:.8,verdict:`pass`}),v={v:`pass`,m:`pass`,a:`warn`,f:`fail`,i:`inconclusive`,s:`pass`};function y(e,t,n){let r=v[t],i=e.text===`Error rate < 0.1%`?_:g[e.text];if(!r&&!i)return;let a=i?.kind??[`http`,`command`,`file`,`tcp`][n%4],o={http:`200 in ${34+n*37%120} ms`,command:`exit 0`,file:`found, 2 kB`,tcp:`open in ${3+n%9} ms`},s=i?.summary||(r===`inconclusive`?`no answer in 5 s`:r?o[a]??``:``);return{hash:u(),kind:a,source:i?.source??`url: \${API_URL}/health
expect: status == 200, time < 2s`,line:e.line,proves:i?.proves??`all`,state:r?t===`s`?`stale`:`fresh`:`due`,...r?{verdict:r,at:new Date(c-(20+n)*6e4).toISOString()}:{},summary:s,...i?.measure?{measure:i.measure}:{}}}function b(e,t){let n=t.replaceAll(` `,``),r=-1;return e.items.map((e,t)=>{if(e.track!==`work`)return e;r+=1;let i=n[r]??`o`,a=f[i];if(!a)return e;let o=y(e,i,t),c=s[t%s.length]??``,l=e.stage===`prepare`?{at:`2026-11-23T16:00:00Z`,relative:`T-1d`}:{at:`2026-11-24T17:00:00Z`,relative:`T+1h`};return{...e,...a,summary:o?.summary??x[i]??``,reason:x[i]??``,...o?.measure?{measure:o.measure}:{},...`dwnbp`.includes(i)?{act:d(c,60+t*7)}:{},probes:o?[o]:[],...t%6==2?{}:{assignee:c},due:{...l,overdue:!1,set:!1},...S(e,i)}})}var x={w:`Scanner licence expires; the vendor renews it on Thursday`,n:`Migration is additive, there is nothing to roll back`,b:`Waiting for the database window`};function S(e,t){return e.text===`p99 latency < 500ms`?{notes:[{text:"Slow query on `sync_records` after the index change. Fix is in review.",act:d(`Taras Bondar`,45)}],evidence:[C(`load1.hlog`,`application/octet-stream`,41213),C(`grafana-p99.png`,`image/png`,220411)]}:t===`w`?{proposals:[{event:u(),kind:`waiver`,reason:x.w??``,until:`2026-12-01T00:00:00Z`,act:d(`Danylo Savchuk`,300),state:`accepted`,decided:d(`Iryna Melnyk`,280),mayAccept:!1}]}:{}}function C(e,t,n){return{event:u(),digest:u(),name:e,mediaType:t,size:n,here:!0,act:d(`Taras Bondar`,40)}}var w=`# Hamsaya Platform Deployment Checklist

**Last Updated:** 2025-01-24

## Phase 1: Code & Testing (1-2 weeks before)

### Code Quality

- [ ] All critical bugs fixed
- [ ] All high-priority bugs fixed
- [ ] Code review completed
- [ ] No TODO/FIXME in production code
- [ ] Dead code removed
- [ ] Debug statements removed

### Testing

- [ ] Backend unit tests passing (80%+ coverage)
- [ ] Backend integration tests passing
- [ ] Mobile widget tests passing
- [ ] Mobile integration tests passing
- [ ] Dashboard component tests passing
- [ ] End-to-end testing completed
- [ ] Performance testing completed
- [ ] Load testing completed (1000+ concurrent users)
- [ ] Security testing completed

### Documentation

- [ ] API documentation updated
- [ ] README files updated
- [ ] Environment variables documented
- [ ] Deployment guide reviewed
- [ ] Rollback procedures documented

## Phase 2: Infrastructure (1 week before)

### Server Provisioning

- [ ] Production servers provisioned
- [ ] Staging servers provisioned
- [ ] Database servers provisioned (primary + replica)
- [ ] Redis servers provisioned
- [ ] MinIO/S3 storage provisioned
- [ ] Load balancer configured
- [ ] CDN configured
- [ ] DNS configured

### Security Infrastructure

- [ ] SSL/TLS certificates installed
- [ ] SSL auto-renewal configured
- [ ] Firewall rules configured
- [ ] VPN access configured
- [ ] SSH keys distributed

### Monitoring & Logging

- [ ] Application monitoring configured (Sentry)
- [ ] Server monitoring configured (Prometheus/Grafana)
- [ ] Log aggregation configured
- [ ] Uptime monitoring configured
- [ ] Error alerting configured
- [ ] Performance monitoring configured

## Phase 3: Database (3 days before)

### Database Setup

- [ ] PostgreSQL 15 installed
- [ ] PostGIS extension installed
- [ ] Database created
- [ ] Database user created
- [ ] Connection pooling configured
- [ ] Read replica configured
- [ ] Automated backups configured
- [ ] Backup restoration tested

### Database Migration

- [ ] All migrations tested on staging
- [ ] Migration rollback tested
- [ ] Database performance tuning completed
- [ ] Indexes optimized

## Phase 4: Configuration (2 days before)

### Environment Variables

- [ ] Production .env files created
- [ ] All secrets rotated for production
- [ ] JWT secrets generated (64+ characters)
- [ ] Database passwords generated (32+ characters)
- [ ] API keys configured (OAuth providers)
- [ ] Firebase credentials configured
- [ ] MinIO credentials configured
- [ ] CORS origins configured (HTTPS only)
- [ ] Secrets validated (\`./scripts/validate_secrets.sh\`)

### Application Configuration

- [ ] Production API URL configured
- [ ] Production WebSocket URL configured
- [ ] CDN URLs configured
- [ ] Rate limits configured
- [ ] Session timeouts configured
- [ ] File upload limits configured

## Phase 5: Deployment (Deployment Day)

### Pre-Deployment

- [ ] Team notified
- [ ] Maintenance page prepared
- [ ] Database backup created
- [ ] Application backup created
- [ ] Rollback plan reviewed

### Backend Deployment

- [ ] Backend built with production flags
- [ ] Backend deployed to staging
- [ ] Staging smoke tests passed
- [ ] Database migrations applied to staging
- [ ] Staging full testing completed
- [ ] Backend deployed to production
- [ ] Database migrations applied to production
- [ ] Production smoke tests passed

### Dashboard Deployment

- [ ] Dashboard built with production flags
- [ ] Environment variables validated
- [ ] Dashboard deployed to CDN
- [ ] DNS propagation verified
- [ ] SSL certificate verified

### Mobile Deployment

- [ ] iOS app built with release configuration
- [ ] iOS app submitted to App Store
- [ ] Android app built with release configuration
- [ ] Android app submitted to Google Play
- [ ] App store metadata updated

## Phase 6: Post-Deployment (First 24 hours)

### Verification

- [ ] All endpoints responding correctly
- [ ] Authentication flows working
- [ ] OAuth flows working
- [ ] Image upload working
- [ ] Push notifications working
- [ ] WebSocket connections working
- [ ] Email notifications working

### Monitoring

- [ ] Error rate < 1%
- [ ] Response time < 500ms (p95)
- [ ] Database CPU < 60%
- [ ] Database memory < 80%
- [ ] Server CPU < 70%
- [ ] Server memory < 80%
- [ ] No critical errors in logs

### User Testing

- [ ] Admin users can log in
- [ ] Regular users can register
- [ ] Users can create posts
- [ ] Users can comment
- [ ] Users can upload images
- [ ] Users can search
- [ ] Business features working
- [ ] Chat working

## Phase 7: Ongoing (First Week)

### Performance

- [ ] Database query performance optimized
- [ ] Slow queries identified and fixed
- [ ] Cache hit rate > 80%
- [ ] Image CDN serving correctly
- [ ] API response times acceptable

### Stability

- [ ] No memory leaks detected
- [ ] No connection pool exhaustion
- [ ] No database deadlocks
- [ ] Error rate stable
- [ ] No unexpected crashes

### User Feedback

- [ ] User feedback collected
- [ ] Critical bugs identified
- [ ] Hot fixes deployed if necessary

## Rollback Procedure

If deployment fails:

\`\`\`bash
# 1. Rollback application
./scripts/rollback.sh <backup-name>

# 2. Rollback database migrations
make migrate-down

# 3. Verify rollback
curl https://api.hamsaya.com/health
\`\`\`

## Emergency Contacts

- Backend Lead: [Contact Info]
- DevOps Lead: [Contact Info]
- Database Admin: [Contact Info]
- On-Call Engineer: [Contact Info]

## Success Criteria

Deployment is considered successful when:

- ✅ Zero downtime achieved
- ✅ Error rate < 1%
- ✅ P95 response time < 500ms
- ✅ All critical features working
- ✅ No performance degradation
- ✅ No user complaints

## Resources

- Implementation Guide: \`docs/IMPLEMENTATION_GUIDES.md\`
- Security Checklist: \`SECURITY_CHECKLIST.md\`
- Migration Guide: \`migrations/README.md\`
- Deployment Scripts: \`scripts/deploy.sh\`
`;function T(e,t){let n=e.view.items.filter(e=>e.probes.length>0);switch(t.which){case`items`:return n.filter(e=>t.items.includes(e.id));case`section`:return n.filter(e=>e.section===t.section);case`failing`:return n.filter(e=>[`failed`,`inconclusive`].includes(e.tile));case`stale`:return n.filter(e=>e.tile===`stale`);case`due`:return n.filter(e=>e.stage===`prepare`&&e.tile!==`verified`);case`all`:return n}}function E(e,t,n){let r=T(e,t).flatMap(e=>e.probes.map(t=>D(e,t,n)));return{entries:r,unapproved:r.filter(e=>!e.approved).length,missing:[],repository:`/home/oksana/bakhmach-hub`}}function D(e,t,n){let r=`plan-${t.hash.slice(0,20)}`,i=t.kind===`command`||t.kind===`dotenv`;return{item:e.id,title:`${e.number} ${e.text}`,probe:t.hash,kind:t.kind,hash:r,class:i?`command`:t.kind===`load`?`load`:t.kind===`tls`?`passive`:`reads`,lines:i?[`./scripts/check.sh`,`in /home/oksana/bakhmach-hub`,`at most 60 s`]:[`GET https://api.bakhmach.com/health`,"Authorization: Bearer ${TOKEN}"],hosts:i?[]:[`api.bakhmach.com`],secrets:i?[]:[`TOKEN`],approved:n.has(r),sinceLast:i?`new`:`same`,rehearsal:e.stage!==`prepare`,asksEachTime:t.kind===`load`}}function O(e,t){let n=e.probes.find(e=>e.hash===t);if(!n?.verdict)return null;let r=n.kind===`tls`?[{kind:`certificate`,subject:`CN=api.bakhmach.com`,issuer:`R11, Let’s Encrypt`,notBefore:`2026-09-12T06:10:00Z`,notAfter:`2026-12-11T06:10:00Z`,daysLeft:19,names:[`api.bakhmach.com`,`www.bakhmach.com`]}]:n.kind===`load`?[{kind:`rows`,title:`Load`,columns:[``,``],rows:[[`asked / reached`,`1 200 / 1 198 per s`],[`errors`,`14 of 71 880 (0.02 %)`],[`client CPU`,`31 %`],[`last release`,`498 ms`]]}]:n.kind===`command`||n.kind===`dotenv`?[{kind:`text`,title:`Output`,text:`$ ./scripts/check.sh\n${n.summary}\n`}]:[{kind:`phases`,parts:[{name:`dns`,ms:4.2},{name:`connect`,ms:9.1},{name:`tls`,ms:14.8},{name:`first byte`,ms:11.4},{name:`body`,ms:1.9}]},{kind:`text`,title:`Body`,text:`{"status":"ok","version":"2.4.0"}`}],i=/expect: (.+)/u.exec(n.source)?.[1]??`status == 200`;return{hash:t,verdict:n.verdict,summary:n.summary,target:n.kind===`command`?`./scripts/check.sh`:`https://api.bakhmach.com/health`,at:n.at??``,durationMs:41.4,conditions:i.split(`, `).map(e=>({text:e,verdict:n.verdict??`inconclusive`,measured:n.measure?.value??n.summary,why:n.verdict===`fail`?`${n.measure?.value??n.summary} is over the limit`:``})),pictures:r,hint:n.verdict===`inconclusive`?`Check that the host answers on port 587 from this network.`:``}}var k=class{#e=1;#t=new Set;cancel(e){this.#t.add(e)}start(e,t,n){let r=this.#e++,i=T(e,t).map(e=>e.id),a=i.length,o=[],s=0,c=t=>n.progress({batch:r,run:e.parts.run,total:a,finished:s,queued:[...i],running:[...o],over:t,cancelled:this.#t.has(r),text:`${s} of ${a} finished`}),l=()=>{for(let t of o.splice(0))s+=1,n.patch(e.write([A(e.item(t))],{kind:`probe.result`,text:`probe passed`}));this.#t.has(r)&&i.splice(0),o.push(...i.splice(0,3)),c(o.length===0),o.length>0&&setTimeout(l,350)};return setTimeout(l,30),r}};function A(e){let t=[`failed`,`warning`,`inconclusive`].includes(e.tile),n=e.stage!==`prepare`&&!e.resolved,r=new Date().toISOString();return{...e,...t?{}:n?{tile:`open`,marks:[`rehearsed`],word:`Rehearsed`}:{tile:`verified`,status:`done`,word:`Verified by probe`,marks:[`verified`],resolved:!0},probes:e.probes.map(e=>({...e,verdict:e.verdict??`pass`,summary:e.summary||`200 in 52 ms`,state:n?`rehearsal`:`fresh`,at:r}))}}var j={approve:`approved`,conditions:`with conditions`,reject:`rejected`};function M(e,t,n,r,i){return{event:u(),name:e,principal:`${e.split(` `)[0]?.toLowerCase()??``}@bakhmach.com`,decision:t,reason:t===`reject`?n:``,conditions:t===`conditions`?[{index:0,text:n}]:[],stated:r,fingerprint:`SHA256:${i}`,record:`9f3a71c0de518842`.repeat(4),looked:`Looked at 44 of 44`,act:d(e,90),differences:[],known:!0}}var N=class{run;#e;constructor(e,t,n){this.run=e;let r=()=>t.map(e=>({role:e,required:!0,state:`unsigned`,why:`Not signed.`,earlier:[]}));if(this.#e={"go-no-go":r(),acceptance:r()},n)for(let e of Object.values(this.#e))for(let t of e)t.state=`current`,t.why=`Nothing it covers has changed.`,t.signature=M(`Danylo Savchuk`,`approve`,``,`Thu 12 Nov, 17:10 EET`,`u7Qm4fJbX0a1x2Vd`);else if(t.length===5){let[,e,,t,n]=this.#e[`go-no-go`]??[];if(e){let t=M(`Taras Bondar`,`conditions`,`Index fix is deployed before the load test`,`Sun 22 Nov, 08:40 EET`,`kP0sV2mB8t9aLc`);t.differences=[{title:`6.1.3 p99 latency < 500ms`,before:`passed`,after:`failed`}],Object.assign(e,{state:`stale`,why:`1 covered item changed since.`,signature:t})}t&&Object.assign(t,{state:`current`,why:`Nothing it covers has changed.`,signature:M(`Iryna Melnyk`,`reject`,`Newest backup is 31 h old. I will look again when it is fresh.`,`Sun 22 Nov, 11:44 EET`,`ZrT4n0Wc5Lm81e`)}),n&&Object.assign(n,{state:`current`,why:`Nothing it covers has changed.`,signature:M(`Danylo Savchuk`,`conditions`,`p99 below 500 ms and a fresh backup before 18:00`,`Sun 22 Nov, 11:46 EET`,`u7Qm4fJbX0a1x2Vd`)})}}covered(e){let t=this.run.view.items.filter(e=>e.track===`work`);return e===`acceptance`?t:t.filter(e=>e.stage===`prepare`)}#t(e){return this.covered(e).filter(e=>!e.resolved).map(e=>({tile:e.tile,item:e.id,title:`${e.number} ${e.text}`,why:[e.measure?.value??e.summary,e.measure?.limit].filter(Boolean).join(`, `)||e.word}))}#n(e){let t=this.#e[e]??[],n=t.filter(e=>e.state===`current`);return n.some(e=>e.signature?.decision===`reject`)?`noGo`:n.length===t.length?n.some(e=>e.signature?.decision===`conditions`)?`conditions`:`go`:this.#t(e).length>0?`notReady`:`ready`}#r(e){let t=this.#t(e),n=t.filter(e=>e.tile===`failed`).length,r=t.length-n;return[n?`${n} failed`:``,r?`${r} open`:``].filter(Boolean).join(`, `)}pill(){let e=this.covered(`go-no-go`).length;return{point:`go-no-go`,title:`Go/no-go`,verdict:this.#n(`go-no-go`)===`noGo`?`notReady`:this.#n(`go-no-go`),text:this.#r(`go-no-go`),later:this.covered(`acceptance`).length-e}}summaries(){return Object.entries(this.#e).map(([e,t])=>({id:e,title:e===`acceptance`?`Acceptance`:`Go/no-go`,verdict:this.#n(e),signed:t.filter(e=>e.state===`current`).length,covers:this.covered(e).length,roles:t.map(P),closed:!1}))}view(e){let t=this.#t(e),n=this.covered(e).length,r=this.#r(e).replace(`, `,` and `),i=(e,t,n)=>({decision:e,text:t,possible:n});return{run:this.run.parts.run,id:e,title:e===`acceptance`?`Acceptance`:`Go/no-go`,verdict:this.#n(e),closed:!1,covers:e===`acceptance`?`${n} items of all stages`:`${n} items of Prepare`,count:n,record:`9f3a71c0de518842`.repeat(4),policy:`${this.#e[e]?.length??0} roles, distinct keys, the owner may not sign`,blockers:t,blocked:r?`${r} items keep this from being approved`:``,lookAt:this.covered(e).filter(e=>[`waived`,`warning`,`measured`].includes(e.tile)).map(e=>({tile:e.tile,item:e.id,title:`${e.number} ${e.text}`,why:e.reason||e.summary})),asked:e===`acceptance`?this.run.view.criteria.filter(e=>e.state===`asked`).map(e=>({id:e.id,text:e.text,answer:``})):[],sinceLook:[],roles:this.#e[e]??[],meanings:[i(`approve`,`I have looked at the covered items and approve going on.`,t.length===0),i(`conditions`,`I approve going on once the conditions below are met.`,!0),i(`reject`,`I do not approve going on, for the reason below.`,!0)],trust:`on this laptop only`,sinceGo:[]}}sign(e,t){let n=this.#e[e.point]?.find(t=>t.role===e.role);if(!n)throw{code:`no-such-role`,message:`${e.role} does not sign this point.`};n.signature&&(n.earlier=[n.signature,...n.earlier]);let r=M(t,e.decision,e.reason,`Sun 22 Nov, 11:48 EET`,`m3Kx0Qp7Zz81aa`);r.conditions=e.conditions.map((e,t)=>({index:t,text:e})),n.signature=r,n.state=`current`,n.why=`Nothing it covers has changed.`}withdraw(e){for(let t of Object.values(this.#e).flat())t.signature?.event===e&&(t.state=`withdrawn`,t.why=`Withdrawn by the signer.`)}closeCondition(e,t){for(let n of Object.values(this.#e).flat()){let r=n.signature?.event===e?n.signature.conditions[t]:void 0;r&&(r.closed=d(`Oksana Kovalenko`))}}setRoles(e,t){let n=this.#e[e]??[];this.#e[e]=t.map(e=>n.find(t=>t.role===e)??{role:e,required:!0,state:`unsigned`,why:`Not signed.`,earlier:[]})}};function P(e){let t=e.signature,n=e.state===`current`&&t?.decision===`reject`,[r=``,i=``]=t?.name.split(` `)??[];return{role:e.role,state:n?`rejected`:e.state,line:t?[`${r} ${i[0]??``}.`,j[t.decision],e.state===`stale`?`stale`:``].filter(Boolean).join(` · `):`not signed`}}var F=[`verified`,`done`,`measured`,`waived`,`notApplicable`,`warning`,`stale`,`inconclusive`,`blocked`,`failed`,`conflict`,`inProgress`,`watching`,`open`],I={open:{tile:`open`,word:`Open`,says:`opened again`},inProgress:{tile:`inProgress`,word:`In progress`,says:`began`},done:{tile:`done`,word:`Done`,says:`marked done`},failed:{tile:`failed`,word:`Failed`,says:`marked failed`},blocked:{tile:`blocked`,word:`Blocked`,says:`marked blocked`},notApplicable:{tile:`notApplicable`,word:`Not applicable`,says:`marked not applicable`},waived:{tile:`waived`,word:`Waived`,says:`asked for a waiver`}},L=`Oksana Kovalenko`,R=class{parts;checklist;points;view;history=[];group;#e=new Map;constructor(e){this.parts=e,this.checklist=i(e.markdown),this.group=e.group??`inProgress`;let t=b(this.checklist,e.letters),n=this.checklist.roles.length>0?this.checklist.roles:e.roles??[`Release Manager`];this.points=new N(this,n,e.sample===!0||this.group===`signed`),this.view={revision:1,head:z(e,this.checklist.title),phases:this.checklist.phases,items:t,criteria:this.checklist.criteria.map((e,t)=>({id:`criterion-${t+1}`,text:e,bound:[],state:`asked`,why:``})),particulars:{fields:this.checklist.fields,contacts:this.checklist.contacts,placeholders:this.checklist.rollbackFence.includes(`<backup-name>`)?[{id:`backup-name`,label:`backup-name`,value:``,remembered:`hamsaya-2026-11-03`,line:258}]:[],conditions:[],resources:this.checklist.resources,environments:[{name:e.environment,target:!0,variables:[{name:`API_URL`,value:`https://api.bakhmach.com`}],secrets:[`TOKEN`]}],handovers:[]},rollback:{present:!0,state:`dormant`,reason:``,steps:t.filter(e=>e.track===`rollback`).length||3,resolved:0,commands:this.checklist.rollbackFence?this.checklist.rollbackFence.split(`

`).map((e,t)=>({written:e,filled:e,unfilled:e.includes(`<backup-name>`)?[`backup-name`]:[],line:256+t*3})):[],notes:this.checklist.rollbackFence?`If deployment fails:`:`If issues detected:`,earlier:[],unfilled:this.checklist.rollbackFence?[`backup-name`,...this.checklist.contacts.map(e=>e.label)]:[]}},this.refreshHead();for(let e of t){e.act&&this.history.push(B(e.act,`item.status`,I[e.status]?.says??`changed`,e));for(let t of e.probes){if(!t.verdict)continue;let n={event:u(),who:`Probe`,device:`9f3a`,at:t.at??``};this.history.push(B(n,`probe.result`,`${t.kind}: ${t.summary}`,e))}}this.history.sort((e,t)=>t.act.at.localeCompare(e.act.at))}item(e){let t=this.view.items.find(t=>t.id===e);if(!t)throw{code:`no-such-item`,message:`This run has no item ${e}.`};return t}row(){let{parts:e}=this;return{run:e.run,name:e.name,release:e.release,environment:e.environment,group:this.group,tone:e.tone??`going`,line:e.line,deployAt:e.deployAt,openedAt:new Date(c-432e6).toISOString(),sample:e.sample??!1}}write(e,t){let n=e.map(e=>this.item(e.id)),r=u(),i=e.map(e=>t?.undoable?{...e,undoable:r}:e),a=new Map(i.map(e=>[e.id,e]));if(this.view={...this.view,revision:this.view.revision+1,items:this.view.items.map(e=>a.get(e.id)??e)},t){let e={...d(L),event:r,at:new Date().toISOString()};for(let n of i)this.history.unshift(B(e,t.kind,t.text,n));t.undoable&&this.#e.set(r,n)}return this.patch(i,t?.undoable?r:void 0)}patch(e=[],t){this.refreshHead();let{revision:n,head:r,criteria:i,particulars:a,rollback:o}=this.view;return{run:this.parts.run,revision:n,head:r,items:e,criteria:i,particulars:a,rollback:o,...t?{undo:t}:{}}}amend(e){return this.view={...this.view,...e,revision:this.view.revision+1},this.patch()}setStatus(e,t){let n=I[t.status];if(!n)throw{code:`unknown-status`,message:`There is no status ${t.status}.`};if([`failed`,`blocked`,`notApplicable`,`waived`].includes(t.status)&&!t.reason)throw{code:`reason-needed`,message:`${n.word} needs a reason.`,hint:`Say why in a few words.`};let r=e.map(e=>{let r=this.item(e),i={...d(L),at:new Date().toISOString()},a=t.status===`done`&&r.probes.some(e=>e.verdict===`fail`);return{...r,status:t.status,tile:n.tile,word:a?`Done, overridden`:n.word,marks:a?[`overridden`,`proposed`]:t.status===`waived`?[`proposed`]:[],reason:t.reason,summary:t.reason||(r.probes[0]?.summary??``),resolved:[`done`,`notApplicable`,`waived`].includes(t.status),...t.status===`open`?{act:void 0}:{act:i},proposals:t.status===`waived`||a?[...r.proposals,{event:u(),kind:a?`override`:`waiver`,reason:t.reason,...t.until?{until:t.until}:{},act:i,state:`waiting`,mayAccept:!1,whyNot:`Another person than the proposer accepts it.`}]:r.proposals}});return this.write(r,{kind:`item.status`,text:n.says,undoable:!0})}undo(e){let t=this.#e.get(e);if(!t)throw{code:`not-undoable`,message:`Somebody changed it since; nothing was undone.`};return this.#e.delete(e),this.history=this.history.map(t=>t.act.event===e?{...t,undone:!0}:t),this.write(t,{kind:`undo`,text:`undid the last change`})}refreshHead(){let e=this.view.items.filter(e=>e.track===`work`),t=F.map(t=>({tile:t,count:e.filter(e=>e.tile===t).length})),n=this.points.summaries();this.view.head={...this.view.head,counts:t.filter(e=>e.count>0),total:e.length,probesDue:e.filter(e=>e.probes.some(e=>e.state!==`fresh`)).length+20,probesTotal:e.filter(e=>e.probes.length>0).length,points:n,attention:this.#t(e,n),verdict:this.points.pill()}}#t(e,t){let n=[`conflict`,`failed`,`blocked`,`inconclusive`,`warning`,`stale`].flatMap(t=>e.filter(e=>e.tile===t).map(e=>({tile:t,title:e.text,line:[e.measure?.value??e.summary,e.measure?.limit].filter(Boolean).join(`, `),item:e.id}))),r=t.flatMap(e=>e.roles.filter(e=>e.state===`stale`).map(t=>({tile:`stale`,title:`${t.role}’s signature`,line:`1 covered item changed since`,point:e.id})));return[...n,...r]}};function z(e,t){return{run:e.run,name:e.name,checklist:t,release:e.release,environment:e.environment,owner:L,profile:`full`,deploy:{at:e.deployAt,zone:`Europe/Kyiv`,text:e.deployText,local:``,wall:`2026-11-24T18:00`},attempt:{number:1,state:`preparing`},outcome:e.group===`signed`?`released`:`inProgress`,verdict:{point:``,title:``,verdict:`notReady`,text:``,later:0},counts:[],total:0,probesDue:0,probesTotal:0,archived:!1,points:[],attention:[],sample:e.sample??!1}}function B(e,t,n,r){return{act:e,kind:t,text:n,undone:!1,...r?{item:r.id,itemTitle:`${r.number} ${r.text}`,tile:r.tile}:{}}}var V={"bundled:bakhmach.md":e,"bundled:hamsaya.md":w},H=`data:image/svg+xml,%3Csvg xmlns="http://www.w3.org/2000/svg" width="640" height="360"%3E%3Crect width="640" height="360" fill="%23e4f0fa"/%3E%3Cpath d="M20 300 160 240 300 250 440 90 620 60" fill="none" stroke="%232f76b8" stroke-width="6"/%3E%3C/svg%3E`;function U(){let e=new Set;return{hear:t=>(e.add(t),()=>void e.delete(t)),tell:t=>{for(let n of e)n(t)}}}function W(){let t=U(),n=U(),r=U(),a=new k,o=new Set,s=5,c=new Map,l=e=>(c.set(e.parts.run,e),e);l(new R({run:`a1`.repeat(32),markdown:e,letters:p,name:`Bakhmach Business Hub`,release:`2.4.0`,environment:`production`,deployAt:`2026-11-24T16:00:00Z`,deployText:`Tue 24 Nov 2026, 18:00 EET`,tone:`bad`,line:`production · in 2 days`})),l(new R({run:`b2`.repeat(32),markdown:w,letters:m,name:`Hamsaya`,release:`1.8.0`,environment:`staging`,deployAt:`2026-11-22T16:00:00Z`,deployText:`Sun 22 Nov 2026, 18:00 EET`,line:`staging · today 18:00`,roles:[`Backend Lead`,`DevOps Lead`,`Database Admin`,`On-Call Engineer`]})),l(new R({run:`c3`.repeat(32),markdown:e,letters:`d`.repeat(200),name:`Bakhmach Business Hub`,release:`2.3.2`,environment:`production`,deployAt:`2026-11-12T16:00:00Z`,deployText:`Thu 12 Nov 2026, 18:00 EET`,group:`signed`,tone:`good`,line:`12 Nov · 5 of 5 signed`,sample:!0})),l(new R({run:`d4`.repeat(32),markdown:w,letters:`d`.repeat(200),name:`Hamsaya`,release:`1.7.4`,environment:`production`,deployAt:`2026-11-03T16:00:00Z`,deployText:`Tue 3 Nov 2026, 18:00 EET`,group:`signed`,tone:`good`,line:`3 Nov · 4 of 4 signed`,roles:[`Backend Lead`,`DevOps Lead`,`Database Admin`,`On-Call Engineer`]}));let u=e=>{let t=c.get(e);if(!t)throw{code:`no-such-run`,message:`This store has no such run.`,hint:`Choose one on the left.`};return t},f=()=>[...c.values()].map(e=>e.row()),h={theme:`system`,welcomed:!0,paper:`a4`,organisation:``},g=[K(`p1`,L,!0),K(`p2`,`Danylo Savchuk`,!1),K(`p3`,`Iryna Melnyk`,!1)],_=[`production`,`staging`].map(e=>({name:e,variables:[{name:`API_URL`,value:e===`production`?`https://api.bakhmach.com`:`https://staging.bakhmach.com`},{name:`API_HOST`,value:e===`production`?`api.bakhmach.com`:`staging.bakhmach.com`}],secrets:[{name:`TOKEN`,set:e===`production`,place:`keychain`}]})),v=()=>({version:`0.1.0`,store:`/home/oksana/.local/share/app.countersign.desktop`,device:`9f3a`,findings:[],me:g.find(e=>e.me),runs:f(),settings:h,zone:`Europe/Kyiv`,secretPlace:`keychain`}),y=e=>{let t=V[e];if(t===void 0)throw{code:`not-found`,message:`There is no file at this place.`,place:e,hint:`Choose it again.`};let n=i(t),r=n.items.filter(e=>e.track===`work`),a=r.filter(e=>e.stage===`prepare`).length;return{source:e,title:n.title,file:e.replace(`bundled:`,``),digest:`5c2e`.repeat(16),phases:n.phases,items:n.items,workItems:r.length,rollbackSteps:n.items.length-r.length,findings:n.contacts.length>0?[{severity:`warning`,code:`unfilled-contact`,message:`4 contacts are still to be filled.`,line:n.contacts[0]?.line??1,column:1,hint:`They can be filled in the run.`}]:[],offeredBullets:0,suggestions:[{kind:`http`,probe:`url: https://api.bakhmach.com/health
expect: status == 200`,blanks:[],why:`A curl line asks this address.`,line:87,...r[0]?{item:r[0].id}:{}}],proposal:{source:e,name:n.title.replace(/^Deployment Checklist for | Deployment Checklist$/gu,``),release:``,environment:`production`,otherEnvironments:[`staging`],deployAt:``,zone:`Europe/Kyiv`,owner:L,stages:n.phases.flatMap(e=>e.sections.map(({id:e,stage:t})=>({section:e,stage:t}))),points:[{id:`go-no-go`,title:`Go/no-go`,covers:`${a} items of Prepare`,count:a,used:!0},{id:`acceptance`,title:`Acceptance`,covers:`all ${r.length} items`,count:r.length,used:!0}],roles:n.roles,conditions:n.items.filter(e=>e.condition).map(e=>({id:e.id,reason:``})),profile:`full`,ticked:`open`,bulletsAsItems:!1,ownerMaySign:!1},asks:{conditions:n.items.filter(e=>e.condition).map(e=>({id:e.id,words:e.condition??``,items:[e.text]})),ticked:0,environments:_.map(e=>e.name),roles:n.roles,offeredRoles:n.contacts.map(e=>e.label),variables:[`API_URL`,`API_HOST`],secrets:[`TOKEN`],profiles:[`full`]}}},b=e=>{let n=V[e.source]??`# Deployment Checklist for Bakhmach Business Hub

## Pre-Deployment Phase

### Code Quality

- [ ] All tests passing locally
- [ ] Code coverage > 85%
- [ ] Linting and formatting checks passed
- [ ] Type checking passing (mypy)
- [ ] Security scanning completed
- [ ] Dependencies updated and audited
- [ ] CHANGELOG.md updated

### Documentation

- [ ] README.md up to date
- [ ] API documentation current
- [ ] Architecture documentation reviewed
- [ ] Deployment guide reviewed
- [ ] Troubleshooting guide reviewed
- [ ] Development setup guide tested

### Environment Preparation

- [ ] Production environment ready
- [ ] Database migrations prepared
- [ ] Environment variables configured
- [ ] Secrets secured in vault
- [ ] SSL/TLS certificates valid
- [ ] DNS records prepared

## Database Migration Phase

### Migration Testing

- [ ] Migrations tested on staging
- [ ] Rollback plan documented
- [ ] Backup taken before migration
- [ ] Migration script reviewed
- [ ] Data validation queries prepared

### Execution

- [ ] Run migrations in development
- [ ] Run migrations in staging
- [ ] Validate data integrity
- [ ] Run migrations in production
- [ ] Verify all services connected

## Application Deployment Phase

### Pre-deployment

- [ ] Load balancer health checks configured
- [ ] Monitoring and alerting enabled
- [ ] Log aggregation working
- [ ] Metrics collection active
- [ ] Backup systems verified

### Deployment

- [ ] Deploy to staging environment
- [ ] Run smoke tests
- [ ] Verify integrations
- [ ] Load test completed
- [ ] Security audit passed

### Production Deployment

- [ ] Blue-green deployment setup ready
- [ ] Canary deployment percentage set (5-10%)
- [ ] Gradual rollout plan documented
- [ ] Rollback procedure tested
- [ ] On-call team notified

## Post-Deployment Phase

### Validation

- [ ] Application health checks passing
- [ ] User-facing features working
- [ ] API endpoints responding
- [ ] Database queries performing
- [ ] No error spikes in logs

### Monitoring

- [ ] Error rate normal (< 0.1%)
- [ ] Response time acceptable (p95 < 200ms)
- [ ] Database performance normal
- [ ] No memory leaks detected
- [ ] CPU usage within expected range
- [ ] Disk usage acceptable

### Integration Testing

- [ ] GitHub webhook sync working
- [ ] AI Studio integration functional
- [ ] Payment processing working (if enabled)
- [ ] Email notifications sending
- [ ] External API calls successful

## Smoke Tests

### Core Functionality

\`\`\`bash
# Health check
curl -X GET https://api.bakhmach.com/health

# Get sync status
curl -X GET https://api.bakhmach.com/api/sync/status \\
  -H "Authorization: Bearer $TOKEN"

# Trigger sync
curl -X POST https://api.bakhmach.com/api/sync \\
  -H "Authorization: Bearer $TOKEN"

# Get metrics
curl -X GET https://api.bakhmach.com/metrics
\`\`\`

### Database Connectivity

\`\`\`python
import psycopg2
conn = psycopg2.connect("dbname=bakhmach user=admin")
cursor = conn.cursor()
cursor.execute("SELECT COUNT(*) FROM sync_records")
print(cursor.fetchone())
conn.close()
\`\`\`

### Third-Party APIs

- [ ] GitHub API responding
- [ ] Stripe API operational
- [ ] Email service working
- [ ] Logging service available

## Performance Validation

### Load Testing

\`\`\`bash
# Run load tests
locust -f locustfile.py --host=https://api.bakhmach.com -u 100 -r 10
\`\`\`

### Expected Metrics

- [ ] p50 latency < 50ms
- [ ] p95 latency < 200ms
- [ ] p99 latency < 500ms
- [ ] Error rate < 0.1%
- [ ] Throughput > 1000 req/s

## Rollback Procedure

If issues detected:

1. **Immediate Actions**
   - [ ] Alert on-call team
   - [ ] Notify stakeholders
   - [ ] Stop new deployments
   - [ ] Investigate errors

2. **Rollback Steps**
   - [ ] Trigger blue-green failover
   - [ ] Verify previous version deployed
   - [ ] Run smoke tests
   - [ ] Monitor error rates
   - [ ] Verify all services restored

3. **Post-Rollback**
   - [ ] Document failure cause
   - [ ] Create incident report
   - [ ] Schedule post-mortem
   - [ ] Plan fixes
   - [ ] Update deployment process

## Communication

### Before Deployment

- [ ] Announce planned maintenance
- [ ] Set expected duration
- [ ] Provide support contact

### During Deployment

- [ ] Update status page
- [ ] Post updates to team channels
- [ ] Monitor customer feedback

### After Deployment

- [ ] Confirm successful deployment
- [ ] Share release notes
- [ ] Thank team for support

## Documentation Updates

- [ ] Update version numbers
- [ ] Add new features to changelog
- [ ] Update API documentation
- [ ] Add screenshots if UI changed
- [ ] Update troubleshooting guide
- [ ] Document new configurations

## Security Checks

- [ ] No secrets in code
- [ ] SQL injection prevention verified
- [ ] CSRF tokens working
- [ ] Rate limiting functional
- [ ] Authentication secure
- [ ] Authorization working
- [ ] SSL/TLS enforced
- [ ] Headers secure
- [ ] No exposed endpoints

## Performance Optimization

- [ ] Database indexes optimal
- [ ] Cache configured
- [ ] CDN working
- [ ] Compression enabled
- [ ] Minification applied
- [ ] Lazy loading working

## Monitoring and Alerting

- [ ] Error alerts configured
- [ ] Performance alerts set
- [ ] Uptime monitoring active
- [ ] Log analysis working
- [ ] Metrics dashboards loaded
- [ ] Team notified of alerts

## Post-Deployment Review

### Within 24 Hours

- [ ] Review error logs
- [ ] Check performance metrics
- [ ] Monitor user feedback
- [ ] Verify all features working
- [ ] Check external integrations

### Within 1 Week

- [ ] Conduct post-deployment review
- [ ] Gather team feedback
- [ ] Identify improvements
- [ ] Document lessons learned
- [ ] Update deployment process

## Sign-Off

- [ ] Product Owner: _______________
- [ ] Engineering Lead: _______________
- [ ] DevOps/Infrastructure: _______________
- [ ] QA Lead: _______________
- [ ] Security Lead: _______________

**Deployment Date**: _______________
**Deployment Time**: _______________
**Release Version**: _______________
**Notes**: _______________
`,r=l(new R({run:String(s++).padStart(2,`0`).repeat(32),markdown:n,letters:``,name:e.name,release:e.release,environment:e.environment,deployAt:e.deployAt?`${e.deployAt}:00Z`:`2026-12-01T16:00:00Z`,deployText:e.deployAt.replace(`T`,`, `)||`no time yet`,line:[e.environment,`just started`].filter(Boolean).join(` · `),roles:e.roles}));return t.tell(f()),r};return{events:{runsChanged:t.hear,runChanged:n.hear,probeProgress:r.hear,pathsOpened:e=>()=>void 0,filesOver:e=>()=>void 0},session:async()=>v(),settingsSave:async e=>(h=e,v()),checklistList:async()=>Object.entries(V).map(([e,t])=>{let n=i(t);return{source:e,title:n.title,place:e.replace(`bundled:`,``),bundled:!0,items:n.items.filter(e=>e.track===`work`).length,withProbes:0,missing:!1}}),checklistPreview:async e=>y(e),checklistForget:async()=>[],suggestionAccept:async e=>({...y(e),suggestions:[]}),lint:async e=>y(e).findings,runCreate:async e=>b(e).view,runPrefill:async e=>{let{parts:t}=u(e),n=t.markdown===`# Hamsaya Platform Deployment Checklist

**Last Updated:** 2025-01-24

## Phase 1: Code & Testing (1-2 weeks before)

### Code Quality

- [ ] All critical bugs fixed
- [ ] All high-priority bugs fixed
- [ ] Code review completed
- [ ] No TODO/FIXME in production code
- [ ] Dead code removed
- [ ] Debug statements removed

### Testing

- [ ] Backend unit tests passing (80%+ coverage)
- [ ] Backend integration tests passing
- [ ] Mobile widget tests passing
- [ ] Mobile integration tests passing
- [ ] Dashboard component tests passing
- [ ] End-to-end testing completed
- [ ] Performance testing completed
- [ ] Load testing completed (1000+ concurrent users)
- [ ] Security testing completed

### Documentation

- [ ] API documentation updated
- [ ] README files updated
- [ ] Environment variables documented
- [ ] Deployment guide reviewed
- [ ] Rollback procedures documented

## Phase 2: Infrastructure (1 week before)

### Server Provisioning

- [ ] Production servers provisioned
- [ ] Staging servers provisioned
- [ ] Database servers provisioned (primary + replica)
- [ ] Redis servers provisioned
- [ ] MinIO/S3 storage provisioned
- [ ] Load balancer configured
- [ ] CDN configured
- [ ] DNS configured

### Security Infrastructure

- [ ] SSL/TLS certificates installed
- [ ] SSL auto-renewal configured
- [ ] Firewall rules configured
- [ ] VPN access configured
- [ ] SSH keys distributed

### Monitoring & Logging

- [ ] Application monitoring configured (Sentry)
- [ ] Server monitoring configured (Prometheus/Grafana)
- [ ] Log aggregation configured
- [ ] Uptime monitoring configured
- [ ] Error alerting configured
- [ ] Performance monitoring configured

## Phase 3: Database (3 days before)

### Database Setup

- [ ] PostgreSQL 15 installed
- [ ] PostGIS extension installed
- [ ] Database created
- [ ] Database user created
- [ ] Connection pooling configured
- [ ] Read replica configured
- [ ] Automated backups configured
- [ ] Backup restoration tested

### Database Migration

- [ ] All migrations tested on staging
- [ ] Migration rollback tested
- [ ] Database performance tuning completed
- [ ] Indexes optimized

## Phase 4: Configuration (2 days before)

### Environment Variables

- [ ] Production .env files created
- [ ] All secrets rotated for production
- [ ] JWT secrets generated (64+ characters)
- [ ] Database passwords generated (32+ characters)
- [ ] API keys configured (OAuth providers)
- [ ] Firebase credentials configured
- [ ] MinIO credentials configured
- [ ] CORS origins configured (HTTPS only)
- [ ] Secrets validated (\`./scripts/validate_secrets.sh\`)

### Application Configuration

- [ ] Production API URL configured
- [ ] Production WebSocket URL configured
- [ ] CDN URLs configured
- [ ] Rate limits configured
- [ ] Session timeouts configured
- [ ] File upload limits configured

## Phase 5: Deployment (Deployment Day)

### Pre-Deployment

- [ ] Team notified
- [ ] Maintenance page prepared
- [ ] Database backup created
- [ ] Application backup created
- [ ] Rollback plan reviewed

### Backend Deployment

- [ ] Backend built with production flags
- [ ] Backend deployed to staging
- [ ] Staging smoke tests passed
- [ ] Database migrations applied to staging
- [ ] Staging full testing completed
- [ ] Backend deployed to production
- [ ] Database migrations applied to production
- [ ] Production smoke tests passed

### Dashboard Deployment

- [ ] Dashboard built with production flags
- [ ] Environment variables validated
- [ ] Dashboard deployed to CDN
- [ ] DNS propagation verified
- [ ] SSL certificate verified

### Mobile Deployment

- [ ] iOS app built with release configuration
- [ ] iOS app submitted to App Store
- [ ] Android app built with release configuration
- [ ] Android app submitted to Google Play
- [ ] App store metadata updated

## Phase 6: Post-Deployment (First 24 hours)

### Verification

- [ ] All endpoints responding correctly
- [ ] Authentication flows working
- [ ] OAuth flows working
- [ ] Image upload working
- [ ] Push notifications working
- [ ] WebSocket connections working
- [ ] Email notifications working

### Monitoring

- [ ] Error rate < 1%
- [ ] Response time < 500ms (p95)
- [ ] Database CPU < 60%
- [ ] Database memory < 80%
- [ ] Server CPU < 70%
- [ ] Server memory < 80%
- [ ] No critical errors in logs

### User Testing

- [ ] Admin users can log in
- [ ] Regular users can register
- [ ] Users can create posts
- [ ] Users can comment
- [ ] Users can upload images
- [ ] Users can search
- [ ] Business features working
- [ ] Chat working

## Phase 7: Ongoing (First Week)

### Performance

- [ ] Database query performance optimized
- [ ] Slow queries identified and fixed
- [ ] Cache hit rate > 80%
- [ ] Image CDN serving correctly
- [ ] API response times acceptable

### Stability

- [ ] No memory leaks detected
- [ ] No connection pool exhaustion
- [ ] No database deadlocks
- [ ] Error rate stable
- [ ] No unexpected crashes

### User Feedback

- [ ] User feedback collected
- [ ] Critical bugs identified
- [ ] Hot fixes deployed if necessary

## Rollback Procedure

If deployment fails:

\`\`\`bash
# 1. Rollback application
./scripts/rollback.sh <backup-name>

# 2. Rollback database migrations
make migrate-down

# 3. Verify rollback
curl https://api.hamsaya.com/health
\`\`\`

## Emergency Contacts

- Backend Lead: [Contact Info]
- DevOps Lead: [Contact Info]
- Database Admin: [Contact Info]
- On-Call Engineer: [Contact Info]

## Success Criteria

Deployment is considered successful when:

- ✅ Zero downtime achieved
- ✅ Error rate < 1%
- ✅ P95 response time < 500ms
- ✅ All critical features working
- ✅ No performance degradation
- ✅ No user complaints

## Resources

- Implementation Guide: \`docs/IMPLEMENTATION_GUIDES.md\`
- Security Checklist: \`SECURITY_CHECKLIST.md\`
- Migration Guide: \`migrations/README.md\`
- Deployment Scripts: \`scripts/deploy.sh\`
`?`bundled:hamsaya.md`:`bundled:bakhmach.md`;return{...y(n).proposal,name:t.name,environment:t.environment}},runList:async()=>f(),runView:async e=>u(e).view,runRefresh:async e=>u(e).patch(u(e).view.items),runArchive:async(e,n)=>{let r=u(e);return r.group=n?`archived`:r.parts.group??`inProgress`,r.view.head.archived=n,t.tell(f()),f()},runChange:async(e,n)=>{let r=u(e),{deployAt:i,zone:a,...o}=n,s={...r.view.head,...o};return i&&(s.deploy={at:`${i}:00Z`,zone:a??`Europe/Kyiv`,text:i.replace(`T`,`, `),local:``,wall:i}),Object.assign(r.parts,o),t.tell(f()),r.amend({head:s})},runField:async(e,t,n,r)=>{let i=u(e),a=e=>e.map(e=>e.id===n?{...e,value:r}:e),o={...i.view.particulars};t===`field`&&(o.fields=a(o.fields)),t===`contact`&&(o.contacts=a(o.contacts)),t===`placeholder`&&(o.placeholders=a(o.placeholders));let s=i.view.rollback.commands.map(e=>{let t=o.placeholders.filter(e=>e.value).reduce((e,t)=>e.replaceAll(`<${t.id}>`,t.value),e.written);return{...e,filled:t,unfilled:e.unfilled.filter(e=>t.includes(`<${e}>`))}});return i.amend({particulars:o,rollback:{...i.view.rollback,commands:s}})},runCondition:async e=>u(e).patch(),runCriterionBind:async(e,t,n)=>{let r=u(e);return r.amend({criteria:r.view.criteria.map(e=>e.id===t?{...e,bound:n,state:n.length>0?`unknown`:`asked`}:e)})},runCriterionAnswer:async(e,t,n,r)=>{let i=u(e);return i.amend({criteria:i.view.criteria.map(e=>e.id===t?{...e,state:n?`met`:`notMet`,why:r}:e)})},runHandover:async(e,t,n)=>{let r=u(e),i=[...r.view.particulars.handovers,{to:t,note:n,act:d(L)}];return r.amend({particulars:{...r.view.particulars,handovers:i}})},runRoles:async(e,t,n)=>(u(e).points.setRoles(t,n),u(e).patch()),runEnvironment:async e=>u(e).patch(),runHistory:async(e,t)=>u(e).history.slice(0,t),attemptStart:async(e,t)=>q(u(e),{state:`started`,startedAt:t||G()}),attemptDeployed:async(e,t)=>q(u(e),{state:`deployed`,deployedAt:t||G()}),attemptEnd:async(e,t,n)=>q(u(e),{state:`ended`,endedAt:t||G(),outcome:n}),itemStatus:async(e,t,n)=>u(e).setStatus(t,n),itemValue:async(e,t,n)=>{let r=u(e).item(t),i=Number.parseFloat(n);if(r.asks&&!(i>=5&&i<=10))throw{code:`value-out-of-range`,message:`${n} is not within ${r.asks.words}.`,place:r.number};return u(e).write([{...r,value:`${i} %`}],{kind:`item.value`,text:`entered ${i} %`})},itemNote:async(e,t,n)=>{let r=u(e).item(t);return u(e).write([{...r,notes:[...r.notes,{text:n,act:{...d(L),at:G()}}]}],{kind:`item.note`,text:`wrote a note`})},itemAssign:async(e,t,n)=>u(e).write(t.map(t=>({...u(e).item(t),assignee:n||void 0})),{kind:`item.assignee`,text:n?`gave it to ${n}`:`took the assignee away`,undoable:!0}),itemDue:async(e,t,n)=>u(e).write([{...u(e).item(t),due:n?{at:n,relative:``,overdue:!1,set:!0}:void 0}],{kind:`item.due`,text:`changed when it is due`}),itemEvidence:async(e,t,n)=>X(u(e),t,n.map(e=>e.split(`/`).at(-1)??e)),itemEvidenceBytes:async(e,t,n)=>X(u(e),t,[n]),itemHistory:async(e,t)=>u(e).history.filter(e=>e.item===t),itemResolve:async(e,t,n)=>{let r=u(e).item(t),i=r.conflicts.filter(e=>e.register!==n);return u(e).write([{...r,conflicts:i}],{kind:`item.resolve`,text:`resolved a conflict`})},evidencePicture:async()=>H,evidenceSave:async(e,t)=>({path:t,size:220411,digest:e}),proposalDecide:async(e,t,n)=>{let r=u(e).view.items.find(e=>e.proposals.some(e=>e.event===t));if(!r)throw{code:`no-such-proposal`,message:`It was decided already.`};let i=r.proposals.map(e=>e.event===t?{...e,state:n?`accepted`:`declined`,decided:d(L)}:e);return u(e).write([{...r,proposals:i}],{kind:`proposal.decided`,text:n?`accepted it`:`declined it`})},undo:async(e,t)=>u(e).undo(t),rollbackActivate:async(e,t,n)=>J(u(e),{state:t?`rehearsal`:`active`,reason:n,startedAt:G(),endedAt:void 0}),rollbackClose:async e=>Y(u(e),`closed`),rollbackCancel:async(e,t)=>Y(u(e),`cancelled: ${t}`),probePlan:async(e,t)=>E(u(e),t,o),probeRun:async(e,t,i)=>{for(let e of i)o.add(e);return a.start(u(e),t,{progress:r.tell,patch:n.tell})},probeCancel:async e=>a.cancel(e),probeResult:async(e,t,n)=>O(u(e).item(t),n),environmentList:async()=>_,environmentSave:async(e,t)=>(_=[..._.filter(n=>n.name!==(t||e.name)),e].sort((e,t)=>e.name.localeCompare(t.name)),_),environmentDelete:async e=>_=_.filter(t=>t.name!==e),secretSet:async(e,t,n)=>_=_.map(r=>r.name===e?{...r,secrets:[...r.secrets.filter(e=>e.name!==t),{name:t,set:n!==``,place:`keychain`}]}:r),peopleList:async()=>g,personSave:async e=>{let t=g.find(t=>t.id===e.id),n=t?.id??`p${g.length+1}`,r={...t??{...K(n,e.name,e.me),fingerprint:``,publicKey:``,spoken:``},name:e.name,principal:e.principal,roles:e.roles,me:e.me};return g=[...g.filter(e=>e.id!==n).map(t=>e.me?{...t,me:!1}:t),r],g},personDelete:async e=>g=g.filter(t=>t.id!==e),keyCreate:async e=>g=g.map(t=>t.id===e?{...K(e,t.name,t.me),name:t.name,roles:t.roles}:t),keyLoad:async(e,t)=>g=g.map(n=>n.id===e?{...K(e,n.name,n.me),keyPath:t}:n),pointView:async(e,t)=>u(e).points.view(t),pointLooked:async()=>void 0,sign:async(e,t,n)=>{if(n===`wrong`)throw{code:`wrong-passphrase`,message:`This passphrase does not open the key.`,hint:`Type it again.`};return u(e).points.sign(t,g.find(e=>e.id===t.person)?.name??`Oksana Kovalenko`),u(e).amend({})},signatureWithdraw:async(e,t)=>(u(e).points.withdraw(t),u(e).amend({})),conditionClose:async(e,t,n)=>(u(e).points.closeCondition(t,n),u(e).amend({})),reportPage:async(e,t)=>({page:t,pages:4,image:H,width:640,height:905}),export:async(e,t,n)=>({path:n,size:184220,digest:`77aa`.repeat(16)}),exportName:async(e,t)=>`${u(e).parts.name.toLowerCase().replaceAll(` `,`-`)}-${u(e).parts.release}.${t===`pdf`?`pdf`:t===`record`?`json`:`md`}`,chooseFiles:async()=>[`/home/oksana/Pictures/grafana.png`],chooseSavePath:async(e,t)=>`/home/oksana/Documents/${t}`}}var G=()=>new Date().toISOString();function K(e,t,n){return{id:e,name:t,principal:`${t.split(` `)[0]?.toLowerCase()??``}@bakhmach.com`,roles:n?[`Product Owner`]:[],fingerprint:`SHA256:${u().slice(0,43)}`,spoken:`amber otter river nine`,publicKey:`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDa4`,...n?{keyPath:`/home/oksana/.ssh/id_ed25519`}:{},encrypted:!0,me:n}}function q(e,t){let n={...e.view.head,attempt:{...e.view.head.attempt,...t}};return t.outcome&&(n.outcome=t.outcome),e.amend({head:n})}function J(e,t){return e.amend({rollback:{...e.view.rollback,...t}})}function Y(e,t){let{state:n,reason:r,earlier:i}=e.view.rollback;return J(e,{state:`dormant`,earlier:[...i,{state:n,reason:r,ending:t,act:d(L)}]})}function X(e,t,n){let r=e.item(t),i=n.map(e=>C(e,/\.(?:png|jpe?g)$/u.test(e)?`image/png`:`text/plain`,52011));return e.write([{...r,evidence:[...r.evidence,...i]}],{kind:`item.evidence`,text:`attached ${n.join(`, `)}`})}var Z=W();export{Z as fake};